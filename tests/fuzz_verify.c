/* Any change of a request that a client signed: if it is still taken, then what it asks for is what
 * was signed. If not, a sentence says why that a JSON text can hold. The first byte chooses the
 * request whose server and clock are asked; the rest is what came. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/support_signed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good, const char *what, struct span text) {
    if (good)
        return;
    fprintf(stderr, "%s: %.*s\n", what, SPAN_ARGS(text));
    abort();
}

static void check_refusal(const struct verify_refusal *refusal, struct span text) {
    struct span message = span_of(refusal->message);

    check(message.length > 0, "no reason", text);
    for (size_t i = 0; i < message.length; i++)
        check(message.data[i] >= ' ' && message.data[i] <= '~', "a reason nobody can read", text);
    check(verify_code(refusal->problem)[0] != '\0', "no code", text);
    check(refusal->problem != VERIFY_FAILED, "a failure that nobody had", text);
}

static struct span field(const struct verify_request *request, const char *name) {
    for (size_t i = 0; i < request->field_count; i++) {
        struct span own = span_trim(request->fields[i].name);
        if (own.length == strlen(name) && strncasecmp(own.data, name, own.length) == 0)
            return span_trim(request->fields[i].value);
    }
    return SPAN_NONE;
}

/* Runs of spaces count as one. */
static bool is_same_value(struct span a, struct span b) {
    while (a.length > 0 && b.length > 0) {
        char c = a.data[0];
        if (c != b.data[0])
            return false;
        do
            a = span_skip(a, 1);
        while (c == ' ' && a.length > 0 && a.data[0] == ' ');
        do
            b = span_skip(b, 1);
        while (c == ' ' && b.length > 0 && b.data[0] == ' ');
    }
    return a.length == b.length && (a.data == NULL) == (b.data == NULL);
}

static bool asks_the_same(const struct verify_request *sent, const struct signed_request *row,
                          struct arena *arena) {
    static const char *const names[] = {"host", "x-amz-target", "x-amz-date",
                                        "x-amz-security-token", "x-amz-content-sha256"};
    struct verify_request original;

    signed_parse(row->text, arena, &original);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (!is_same_value(field(sent, names[i]), field(&original, names[i])))
            return false;
    }
    return span_equal(sent->method, original.method) &&
           (!row->is_s3 || span_equal(sent->path, original.path)) &&
           ((row->is_s3 && row->presigned) || span_equal(sent->body, original.body));
}

static bool is_caller(const struct verify_caller *caller, const struct signed_request *row) {
    return span_equal(caller->access_key, row->access_key) &&
           span_equal(caller->region, row->region) && span_equal(caller->service, row->service) &&
           caller->presigned == row->presigned;
}

static bool was_signed(const struct verify_request *sent, const struct verify_caller *caller,
                       struct arena *arena) {
    for (size_t i = 0; i < SIGNED_REQUESTS; i++) {
        if (is_caller(caller, &signed_requests[i]) &&
            asks_the_same(sent, &signed_requests[i], arena))
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct verify_request request;
    struct verify_caller caller = {0};
    struct verify_refusal refusal = {.message = ""};

    if (size == 0)
        return 0;
    struct span text = {(const char *)data + 1, size - 1};
    struct verify_rules rules = signed_rules(&signed_requests[data[0] % SIGNED_REQUESTS]);
    signed_parse(text, &arena, &request);
    if (!verify_signature(&request, &rules, &arena, &caller, &refusal)) {
        check_refusal(&refusal, text);
        return 0;
    }
    check(refusal.message[0] == '\0', "a reason though it is taken", text);
    check(was_signed(&request, &caller, &arena), "nobody signed this", text);
    return 0;
}
