/* What comes from S3 and from who signs requests: lists, refusals, queries. Whatever the bytes,
 * what is taken is what was asked for, and what is said about it can be shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/host_label.h"
#include "aws/list_answer.h"
#include "aws/refusal.h"
#include "aws/sign.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good, const char *what) {
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_name(struct span name, const struct s3_list *list) {
    check(name.length > 0 && name.length <= LIMIT_KEY_BYTES, "a name of a wrong length");
    check(span_starts_with(name, list->prefix), "a name of another prefix");
}

static void try_list(struct span body, struct span prefix, struct arena *arena) {
    const struct s3_list list = {.bucket = SPAN("bucket"), .prefix = prefix, .start_after = prefix};
    struct span last = prefix;
    struct s3_page page;
    struct span token;
    struct err err = {0};

    if (!list_answer_read(body, &list, arena, &page, &token, &err)) {
        check(err.kind == ERR_REMOTE && err.text[0] != '\0', "a failure without a reason");
        return;
    }
    check(page.count <= S3_PAGE_KEYS && page.folder_count <= S3_PAGE_KEYS, "too many at once");
    check(!page.more || page.count + page.folder_count > 0, "more of nothing");
    for (size_t i = 0; i < page.count; i++) {
        const struct s3_object *object = &page.objects[i];
        check_name(object->key, &list);
        check(last.length == 0 || span_compare(last, object->key) < 0, "keys out of order");
        check(object->bytes >= -1 && object->modified_ms >= -1, "a number below -1");
        check(object->etag.length <= LIMIT_ETAG_BYTES, "a long ETag");
        last = object->key;
    }
    for (size_t i = 0; i < page.folder_count; i++)
        check_name(page.folders[i], &list);
}

static bool can_be_shown(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    }
    return true;
}

static void try_refusal(struct span body, struct span value, int status, struct arena *arena) {
    static const char *const names[] = {"x-amz-bucket-region", "x-amz-request-id", "date",
                                        "retry-after"};
    struct http_field fields[ARRAY_LENGTH(names)];
    struct transport_answer answer = {
        .status = status, .fields = fields, .field_count = ARRAY_LENGTH(names), .body = body};
    struct refusal refusal;
    struct err err = {0};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        fields[i] = (struct http_field){span_of(names[i]), value};
    refusal_read(&answer, arena, &refusal);
    check(refusal.region.data == NULL || is_host_label(refusal.region), "a region that is none");
    check(refusal.retry_after_ms >= 0 && refusal.server_ms >= -1, "a time below nothing");
    check(!refusal_fail(&refusal, body, &err), "a refusal that is none");
    check(can_be_shown(err.text), "what a terminal would obey");
    check(strstr(err.text, "(HTTP ") != NULL && strchr(err.text, ')') != NULL, "no status");
}

/* The query's line of a canonical request. */
static struct span query_line(struct span request) {
    struct span line = SPAN("");

    for (int i = 0; i < 3; i++)
        check(span_cut(request, '\n', &line, &request), "too few lines");
    return line;
}

static void try_query(struct span query, struct span path, struct arena *arena) {
    struct sign_message message = {.method = SPAN("GET"),
                                   .path = SPAN("/"),
                                   .query = query,
                                   .payload_hash = SPAN(SIGN_UNSIGNED_PAYLOAD)};
    struct span first;
    struct span second;

    if (!sign_canonical_request(&message, arena, &first))
        return;
    message.query = query_line(first);
    check(sign_canonical_request(&message, arena, &second) && span_equal(first, second),
          "a query that changes when it is brought into order again");
    message.path = path;
    message.path_form = SIGN_PATH_ENCODED_AGAIN;
    check(sign_canonical_request(&message, arena, &second), "a path that cannot be signed");
    check(memmem(second.data, second.length, "/../", 4) == NULL, "dots are left");
}

/* The first byte chooses, the second tells how much of the rest is something beside the body. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena CLEANUP(arena_clear) arena = {0};

    if (size < 2)
        return 0;
    size_t beside = data[1] % 16;
    struct span rest = {(const char *)data + 2, size - 2};
    struct span part = {rest.data, beside < rest.length ? beside : rest.length};
    struct span body = span_skip(rest, part.length);

    switch (data[0] % 3) {
    case 0:
        try_list(body, part, &arena);
        break;
    case 1:
        try_refusal(body, part, 300 + data[1], &arena);
        break;
    default:
        try_query(body, part, &arena);
    }
    return 0;
}
