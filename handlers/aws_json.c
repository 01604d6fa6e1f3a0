#include "handlers/aws_json.h"

#include <stdio.h>

#include "aws/json_span.h"
#include "base/json_text.h"
#include "handlers/aws_failure.h"
#include "handlers/problem.h"

#define SHOWN_BYTES 100

/* ---- what comes in ---- */

bool aws_refuse(struct aws_request *aws, const char *name, struct err *err, const char *format,
                ...) {
    char sentence[LIMIT_ERROR_TEXT];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    aws->refusal = name;
    return err_set(err, ERR_INVALID, "%s", sentence);
}

bool aws_refuse_type(struct aws_request *aws, const char *member, const char *type,
                     struct err *err) {
    return aws_refuse(aws, "SerializationException", err, "%s must be %s", member, type);
}

const json_t *aws_member(const struct aws_request *aws, const char *name) {
    const json_t *value = json_object_get(aws->input, name);

    return json_is_null(value) ? NULL : value;
}

bool aws_text_member(struct aws_request *aws, const char *name, struct span *out, struct err *err) {
    const json_t *value = aws_member(aws, name);

    if (value != NULL && !json_is_string(value))
        return aws_refuse_type(aws, name, "a text", err);
    *out = json_span(value);
    return true;
}

struct span aws_shown(struct span text) {
    return span_head(text, SHOWN_BYTES);
}

/* ---- what goes out ---- */

void aws_answer_begin(struct aws_request *aws, int status) {
    (void)aws_response_begin(aws->call->response, status);
}

void aws_answer_failure(struct aws_request *aws, const struct err *err) {
    int status = problem_status(err->kind);

    if (status == 500)
        aws_failure_write_internal(aws->call->response, err->text);
    else
        aws_failure_write(aws->call->response, status, aws->refusal, span_of(err->text));
}

void aws_write_time(struct buffer *out, const char *name, int64_t ms) {
    json_text_name(out, name);
    if (ms % 1000 == 0)
        buffer_append_format(out, "%lld", (long long)(ms / 1000));
    else
        buffer_append_format(out, "%lld.%03d", (long long)(ms / 1000), (int)(ms % 1000));
}

void aws_write_text(struct buffer *out, const char *name, struct span text) {
    if (text.data != NULL)
        json_text_string_member(out, name, text);
}
