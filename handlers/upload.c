/* POST /v1/imports: a log file in, its receipt out. */
#include "base/limits.h"
#include "handlers/endpoints.h"
#include "handlers/problem.h"
#include "handlers/receipt_json.h"
#include "ingest/ingest.h"

static const struct parameter parameters[] = {
    {"source", 0, read_anything, NULL, 0},
};

const struct parameter_list upload_parameters = {parameters, ARRAY_LENGTH(parameters), NULL};

_Static_assert(LIMIT_PARAMETER_BYTES <= LIMIT_SOURCE_BYTES, "a source must fit into a receipt");

/* The media type without its parameters. */
static bool is_form(struct span content_type) {
    struct span type = content_type;
    struct span rest;

    (void)!span_cut(content_type, ';', &type, &rest);
    return span_equal_any_case(span_trim(type), SPAN("multipart/form-data"));
}

/* gzip is recognised by its first bytes, declared or not; all other codings are foreign. */
static bool is_known_coding(struct span coding) {
    coding = span_trim(coding);
    return coding.length == 0 || span_equal_any_case(coding, SPAN("identity")) ||
           span_equal_any_case(coding, SPAN("gzip")) || span_equal_any_case(coding, SPAN("x-gzip"));
}

static bool import_body(struct call *call, struct receipt *out, struct err *err) {
    const struct argument *source = arguments_find(&call->arguments, "source");
    struct spooled *upload = call->request->upload;
    struct span_reader nothing;

    span_reader_init(&nothing, SPAN(""));
    struct ingest_input input = {
        .body = upload != NULL ? upload->reader : &nothing.reader,
        .source = source != NULL ? source->text : SPAN("upload"),
        .max_inflated = call->service->max_inflated,
        .sha256 = upload != NULL ? upload->sha256 : NULL,
    };
    bool imported = ingest_file(call->service->store, &input, call->arena, out, err);
    metrics_count_import(call->service->metrics, imported ? out : NULL);
    return imported;
}

bool upload_answer(struct call *call, struct err *err) {
    struct receipt receipt;

    if (is_form(call->request->content_type)) {
        problem_write(call->response, 415, NULL,
                      SPAN("forms are not taken: send the file itself as the body, with curl "
                           "--data-binary @file"));
        return true;
    }
    if (!is_known_coding(call->request->content_encoding)) {
        problem_write(call->response, 415, NULL, SPAN("Content-Encoding must be gzip or identity"));
        return true;
    }
    if (!import_body(call, &receipt, err))
        return false;
    return receipt_answer(call, receipt.duplicate_of != 0 ? 200 : 201, &receipt, err);
}
