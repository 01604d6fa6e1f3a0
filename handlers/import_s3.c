/* POST /v1/imports/s3: log files in S3, named by a URI or by a notification about them. */
#include "aws/s3.h"
#include "base/json_text.h"
#include "base/limits.h"
#include "handlers/body.h"
#include "handlers/endpoints.h"
#include "handlers/receipt_json.h"
#include "handlers/s3_request.h"

static bool read_version(struct argument *argument, const struct reading *reading,
                         struct err *err) {
    (void)reading;
    return argument->text.length <= LIMIT_VERSION_BYTES ||
           err_set(err, ERR_INVALID, "must not be longer than %d bytes", LIMIT_VERSION_BYTES);
}

static bool read_account(struct argument *argument, const struct reading *reading,
                         struct err *err) {
    (void)reading;
    return key_is_account(argument->text) ||
           err_set(err, ERR_INVALID, "must be account numbers of twelve digits");
}

static bool read_region(struct argument *argument, const struct reading *reading, struct err *err) {
    (void)reading;
    return key_is_region(argument->text) ||
           err_set(err, ERR_INVALID, "must be regions, such as eu-central-1");
}

static const struct parameter members[] = {
    {"uri", 0, read_s3_uri, NULL, 0},
    {"version_id", 0, read_version, NULL, 0},
    {"from", 0, read_time, NULL, 0},
    {"to", 0, read_time, NULL, 0},
    {"accounts", PARAMETER_REPEATS, read_account, NULL, 0},
    {"regions", PARAMETER_REPEATS, read_region, NULL, 0},
};

static const struct parameter_list accepted = {members, ARRAY_LENGTH(members), NULL};

/* ---- by a URI ---- */

static const struct span *texts_of(struct call *call, const char *name, size_t *out_count) {
    const struct arguments *all = &call->arguments;
    struct span *texts = arena_new(call->arena, all->count, sizeof(*texts));
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++) {
        if (span_equal(span_of(all->items[i].parameter->name), span_of(name)))
            texts[count++] = all->items[i].text;
    }
    *out_count = count;
    return texts;
}

static bool begin_prefix(struct call *call, struct span bucket, struct span prefix,
                         struct err *err) {
    struct selection selection = {
        .from_ms = arguments_number(&call->arguments, "from", -1),
        .to_ms = arguments_number(&call->arguments, "to", -1),
    };
    const struct argument *version = arguments_find(&call->arguments, "version_id");
    const struct argument *to = arguments_find(&call->arguments, "to");
    struct receipt receipt;

    selection.accounts = texts_of(call, "accounts", &selection.account_count);
    selection.regions = texts_of(call, "regions", &selection.region_count);
    if (version != NULL)
        return call_refuse(call, "version_id", version->text,
                           "is for one object, and this uri names a prefix", err);
    if (to != NULL && selection.from_ms >= selection.to_ms)
        return call_refuse(call, "to", to->text, "must be after from", err);
    return collector_begin_prefix(call->service->collector, bucket, prefix, &selection, call->arena,
                                  &receipt, err) &&
           receipt_answer(call, 202, &receipt, err);
}

static bool import_object(struct call *call, const struct s3_object *object, struct err *err) {
    struct receipt receipt;

    return collector_import_object(call->service->collector, object, 0, call->request->cancel,
                                   call->arena, &receipt, err) &&
           receipt_answer(call, receipt.duplicate_of != 0 ? 200 : 201, &receipt, err);
}

static bool import_one(struct call *call, struct span bucket, struct span key, struct err *err) {
    static const char *const of_prefixes[] = {"from", "to", "accounts", "regions"};
    const struct argument *version = arguments_find(&call->arguments, "version_id");
    const struct s3_object object = {
        .bucket = bucket,
        .key = key,
        .version = version != NULL ? version->text : SPAN_NONE,
        .etag = SPAN_NONE,
        .bytes = -1,
        .modified_ms = -1,
        .storage_class = SPAN_NONE,
    };

    for (size_t i = 0; i < ARRAY_LENGTH(of_prefixes); i++) {
        const struct argument *argument = arguments_find(&call->arguments, of_prefixes[i]);
        if (argument != NULL)
            return call_refuse(call, of_prefixes[i], argument->text,
                               "is for a prefix, and this uri names one object: a prefix ends in /",
                               err);
    }
    return import_object(call, &object, err);
}

static bool answer_uri(struct call *call, const json_t *body, struct err *err) {
    struct span bucket;
    struct span key;

    if (!s3_request_read(call, body, &accepted, &bucket, &key, err))
        return false;
    if (key.length == 0 || span_ends_with(key, SPAN("/")))
        return begin_prefix(call, bucket, key, err);
    return import_one(call, bucket, key, err);
}

/* ---- by a notification ---- */

static bool answer_nothing(struct call *call, const struct notice *notice) {
    struct buffer *body = &call->response->body;

    call_answer_json(call, 200);
    buffer_append_byte(body, '{');
    json_text_string_member(body, "ignored", span_of(notice->what));
    buffer_append_text(body, "}\n");
    return true;
}

static bool answer_notice(struct call *call, struct span text, struct err *err) {
    struct receipt receipt;
    struct notice notice;

    if (!notice_read(text, call->arena, &notice, err))
        return err_add(err, "the body is neither {\"uri\": \"s3://...\"} nor a notification");
    if (notice.count == 0)
        return answer_nothing(call, &notice);
    if (notice.count == 1)
        return import_object(call, &notice.objects[0], err);
    return collector_begin_objects(call->service->collector, notice.objects, notice.count,
                                   call->arena, &receipt, err) &&
           receipt_answer(call, 202, &receipt, err);
}

/* A request of ours, right or wrong: whatever has one of its members. */
static bool is_request(const json_t *body) {
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        if (json_object_get(body, members[i].name) != NULL)
            return true;
    }
    return json_object_size(body) == 0;
}

bool import_s3_answer(struct call *call, struct err *err) {
    json_auto_t *body = NULL;
    struct span text;
    struct err cause;

    if (!call_body(call, LIMIT_NOTICE_BYTES, &text, err))
        return false;
    if (body_parse(text, &body, &cause) && is_request(body))
        return answer_uri(call, body, err);
    return answer_notice(call, text, err);
}
