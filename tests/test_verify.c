/* What real clients signed is good; nothing of it can be changed. */
#include "tests/rows.h"

#include "aws/sign.h"
#include "aws/verify.h"
#include "tests/support_signed.h"

#define MISMATCH                                                                                   \
    "The request signature we calculated does not match the signature you provided. Check your "   \
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
#define GOOD (-1)

/* GOOD or the problem. */
static int verdict(struct span text, const struct verify_rules *rules,
                   struct verify_refusal *out_refusal) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct verify_request request;
    struct verify_caller caller;

    signed_parse(text, &arena, &request);
    return verify_signature(&request, rules, &arena, &caller, out_refusal)
               ? GOOD
               : (int)out_refusal->problem;
}

static bool is_good(struct span text, const struct verify_rules *rules) {
    struct verify_refusal refusal;

    return verdict(text, rules, &refusal) == GOOD;
}

/* ---- as they were sent ---- */

static void test_sent(void **state) {
    const struct signed_request *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct verify_rules rules = signed_rules(row);
    struct verify_request request;
    struct verify_caller caller = {0};
    struct verify_refusal refusal = {.message = ""};

    signed_parse(row->text, &arena, &request);
    bool good = verify_signature(&request, &rules, &arena, &caller, &refusal);
    assert_string_equal(refusal.message, "");
    assert_true(good);
    assert_true(span_equal(caller.access_key, row->access_key));
    assert_true(span_equal(caller.region, row->region));
    assert_true(span_equal(caller.service, row->service));
    assert_int_equal(caller.presigned, row->presigned);
}

static enum verify_key find_other_secret(struct verify_keys *keys, struct span access_key,
                                         struct span token, struct arena *arena,
                                         struct span *out_secret) {
    (void)keys;
    (void)access_key;
    (void)token;
    *out_secret = arena_copy(arena, SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEZ"));
    return VERIFY_KEY_GOOD;
}

static void test_another_secret(void **state) {
    const struct signed_request *row = *state;
    struct verify_keys other = {find_other_secret};
    struct verify_rules rules = signed_rules(row);
    struct verify_refusal refusal;

    rules.keys = &other;
    assert_int_equal(verdict(row->text, &rules, &refusal), VERIFY_WRONG);
    assert_string_equal(refusal.message, MISMATCH);
}

/* ---- changed ---- */

/* Whether it stands in SignedHeaders, where another name follows each of these. */
static bool is_signed_name(const struct signed_request *row, const char *name) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span listed = arena_format(&arena, "%s;", name);

    return memmem(row->text.data, row->text.length, listed.data, listed.length) != NULL;
}

/* What most of these clients send without signing it. */
static bool is_unsigned_line(const struct signed_request *row, struct span line) {
    static const char *const names[] = {
        "accept",     "accept-encoding", "user-agent",     "amz-sdk-invocation-id",
        "connection", "amz-sdk-request", "content-length", "expect"};
    struct span name;
    struct span value;

    if (!span_cut(line, ':', &name, &value))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (span_equal_any_case(name, span_of(names[i])))
            return !is_signed_name(row, names[i]);
    }
    return false;
}

static void assert_byte(const struct signed_request *row, const struct verify_rules *rules,
                        size_t at, bool may_change) {
    struct arena CLEANUP(arena_clear) arena = {0};
    char other = (char)(row->text.data[at] ^ 1);

    struct span changed = signed_change(row->text, at, 1, (struct span){&other, 1}, &arena);
    if (is_good(changed, rules) != may_change)
        fail_msg("a changed byte %zu: %.*s", at, SPAN_ARGS(changed));
}

/* Each byte but those of line ends and of the protocol's version. */
static void test_changed_bytes(void **state) {
    const struct signed_request *row = *state;
    struct verify_rules rules = signed_rules(row);
    struct span rest = row->text;
    struct span line;

    for (bool first = true; span_cut(rest, '\n', &line, &rest); first = false) {
        size_t start = (size_t)(line.data - row->text.data);
        size_t length = line.length - (first ? sizeof(" HTTP/1.1") : 1);
        for (size_t i = 0; i < length; i++)
            assert_byte(row, &rules, start + i, is_unsigned_line(row, line));
    }
    for (size_t i = row->text.length - rest.length; i < row->text.length; i++)
        assert_byte(row, &rules, i, false);
}

/* Each line of the head left out, and sent twice. */
static void test_changed_lines(void **state) {
    const struct signed_request *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct verify_rules rules = signed_rules(row);
    struct span rest = row->text;
    struct span line;

    assert_true(span_cut(rest, '\n', &line, &rest));
    while (span_cut(rest, '\n', &line, &rest) && line.length > 1) {
        size_t start = (size_t)(line.data - row->text.data);
        struct span whole = {line.data, line.length + 1};
        struct span without = signed_change(row->text, start, whole.length, SPAN(""), &arena);
        struct span twice = signed_change(row->text, start, 0, whole, &arena);
        assert_int_equal(is_good(without, &rules), is_unsigned_line(row, line));
        assert_int_equal(is_good(twice, &rules), is_unsigned_line(row, line));
    }
}

static void test_changed_rules(void **state) {
    const struct signed_request *row = *state;
    struct verify_rules any = signed_rules(row);
    struct verify_rules elsewhere = any;
    struct verify_rules other = any;
    struct verify_refusal refusal;

    any.region = SPAN_NONE;
    any.service = SPAN_NONE;
    assert_int_equal(verdict(row->text, &any, &refusal), GOOD);
    elsewhere.region = SPAN("us-east-2");
    assert_int_equal(verdict(row->text, &elsewhere, &refusal), VERIFY_WRONG);
    assert_non_null(strstr(refusal.message, "valid region, not '"));
    other.service = SPAN("ec2");
    assert_int_equal(verdict(row->text, &other, &refusal), VERIFY_WRONG);
    assert_string_equal(refusal.message, "Credential should be scoped to correct service: 'ec2'.");
}

/* ---- who knows the secret ---- */

struct asked {
    struct verify_keys keys;
    enum verify_key answer;
    int times;
};

static enum verify_key find_as_told(struct verify_keys *keys, struct span access_key,
                                    struct span token, struct arena *arena,
                                    struct span *out_secret) {
    struct asked *asked = (struct asked *)keys;

    asked->times++;
    assert_true(span_equal(access_key, SPAN("ASIDEXAMPLE")));
    assert_true(span_equal(token, SPAN(SIGNED_TOKEN)));
    if (asked->answer == VERIFY_KEY_GOOD)
        *out_secret = arena_copy(arena, SPAN(SIGNED_SECRET));
    return asked->answer;
}

static const struct answer_row {
    const char *name;
    enum verify_key answer;
    int problem;
    const char *message;
} answers[] = {
    {"a known key", VERIFY_KEY_GOOD, GOOD, ""},
    {"an unknown one", VERIFY_KEY_UNKNOWN, VERIFY_UNKNOWN_KEY,
     "The security token included in the request is invalid."},
    {"one whose time is over", VERIFY_KEY_EXPIRED, VERIFY_EXPIRED_TOKEN,
     "The security token included in the request is expired"},
    {"nobody can tell", VERIFY_KEY_FAILED, VERIFY_FAILED, "The access key could not be looked up."},
};

static void test_answer(void **state) {
    const struct answer_row *row = *state;
    static const enum signed_place with_tokens[] = {SIGNED_WITH_TOKEN, SIGNED_OBJECT_URL};

    for (size_t i = 0; i < ARRAY_LENGTH(with_tokens); i++) {
        const struct signed_request *request = &signed_requests[with_tokens[i]];
        struct asked asked = {.keys = {find_as_told}, .answer = row->answer};
        struct verify_rules rules = signed_rules(request);
        struct verify_refusal refusal = {.message = ""};
        rules.keys = &asked.keys;
        assert_int_equal(verdict(request->text, &rules, &refusal), row->problem);
        assert_string_equal(refusal.message, row->message);
        assert_int_equal(asked.times, 1);
    }
}

/* What no token can be is not shown to who looks tokens up. */
static void test_token_that_is_none(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct signed_request *request = &signed_requests[SIGNED_OBJECT_URL];
    struct asked asked = {.keys = {find_as_told}};
    struct verify_rules rules = signed_rules(request);
    struct verify_refusal refusal;
    const char *place = memmem(request->text.data, request->text.length, "TOKEN", 5);

    (void)state;
    rules.keys = &asked.keys;
    struct span text =
        signed_change(request->text, (size_t)(place - request->text.data), 0, SPAN("%00"), &arena);
    assert_int_equal(verdict(text, &rules, &refusal), VERIFY_UNKNOWN_KEY);
    assert_int_equal(asked.times, 0);
}

static void test_codes(void **state) {
    (void)state;
    assert_string_equal(verify_code(VERIFY_NOT_SIGNED), "MissingAuthenticationTokenException");
    assert_string_equal(verify_code(VERIFY_INCOMPLETE), "IncompleteSignatureException");
    assert_string_equal(verify_code(VERIFY_WRONG), "InvalidSignatureException");
    assert_string_equal(verify_code(VERIFY_UNKNOWN_KEY), "UnrecognizedClientException");
    assert_string_equal(verify_code(VERIFY_EXPIRED_TOKEN), "ExpiredTokenException");
    assert_string_equal(verify_code(VERIFY_EXPIRED_REQUEST), "RequestExpired");
    assert_string_equal(verify_code(VERIFY_FAILED), "InternalFailure");
}

/* ---- what our own client signs ---- */

static bool own_is_good(size_t more_fields, bool is_s3, struct verify_refusal *refusal) {
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct sign_scope scope = {SPAN("20260102T030405Z"), SPAN("r"), SPAN("s")};
    const struct sign_identity identity = {SPAN("ASIDEXAMPLE"), SPAN(SIGNED_SECRET),
                                           SPAN(SIGNED_TOKEN)};
    struct verify_rules rules = {
        .is_s3 = is_s3, .now_ms = INT64_C(1767323045678), .keys = &signed_keys};
    struct sign_outgoing outgoing = {.method = SPAN("PUT"),
                                     .host = SPAN("a.example:1"),
                                     .path = SPAN("//a%20b/../c%2fd/"),
                                     .query = SPAN("b=2&a=%2f&acl&b=1&&=x"),
                                     .body = SPAN("a\0b"),
                                     .is_s3 = is_s3};
    struct http_field *more = arena_new(&arena, more_fields, sizeof(*more));
    struct verify_caller caller;

    for (size_t i = 0; i < more_fields; i++)
        more[i] = (struct http_field){arena_format(&arena, "X-More-%zu", i), SPAN(" a   b ")};
    outgoing.fields = more;
    outgoing.field_count = more_fields;
    struct verify_request request = {outgoing.method, outgoing.path, outgoing.query, NULL, 0,
                                     outgoing.body};
    struct http_field *fields;
    assert_true(sign_fields(&outgoing, &identity, &scope, &arena, &fields, &request.field_count));
    request.fields = fields;
    return verify_signature(&request, &rules, &arena, &caller, refusal);
}

static void test_own(void **state) {
    struct verify_refusal refusal;

    (void)state;
    assert_true(own_is_good(3, false, &refusal));
    assert_true(own_is_good(3, true, &refusal));
}

/* Host, X-Amz-Date and X-Amz-Security-Token are signed too. */
static void test_most_fields(void **state) {
    struct verify_refusal refusal;

    (void)state;
    assert_true(own_is_good(LIMIT_SIGNED_FIELDS - 3, false, &refusal));
    assert_false(own_is_good(LIMIT_SIGNED_FIELDS - 2, false, &refusal));
    assert_string_equal(refusal.message, "SignedHeaders names more than 100 headers.");
}

/* ---- signed well, and refused nevertheless ---- */

static const struct http_field with_hash[] = {
    {SPAN("Host"), SPAN("a.example")},
    {SPAN("X-Amz-Date"), SPAN("20260102T030405Z")},
    {SPAN("X-Amz-Content-Sha256"), SPAN(SIGN_UNSIGNED_PAYLOAD)},
};

static const struct http_field with_tab[] = {
    {SPAN("Host"), SPAN("a.example")},
    {SPAN("X-Amz-Date"), SPAN("20260102T030405Z")},
    {SPAN("X-Amz-Content-Sha256"), SPAN(SIGN_UNSIGNED_PAYLOAD)},
    {SPAN("X-Amz-Note"), SPAN("\ta \t\tb  c\t")},
};

static const struct signed_row {
    const char *name;
    struct sign_message message;
    int problem;
    const char *message_text;
} signed_rows[] = {
    {"S3 takes a body that is not signed",
     {.method = SPAN("PUT"), .path = SPAN("/"), .fields = with_hash, .field_count = 3},
     GOOD,
     ""},
    {"other services do not",
     {.method = SPAN("PUT"),
      .path = SPAN("/"),
      .path_form = SIGN_PATH_ENCODED_AGAIN,
      .fields = with_hash,
      .field_count = 3},
     VERIFY_WRONG,
     "The provided 'x-amz-content-sha256' header does not match what was computed."},
    {"a path of two lines",
     {.method = SPAN("PUT"), .path = SPAN("/\n"), .fields = with_hash, .field_count = 3},
     VERIFY_WRONG,
     MISMATCH},
    {"a method of two lines",
     {.method = SPAN("PUT\n"), .path = SPAN("/"), .fields = with_hash, .field_count = 3},
     VERIFY_WRONG,
     MISMATCH},
    {"a tab that is signed as it is",
     {.method = SPAN("PUT"), .path = SPAN("/"), .fields = with_tab, .field_count = 4},
     GOOD,
     ""},
    {"a tab that is signed as a space",
     {.method = SPAN("PUT"),
      .path = SPAN("/"),
      .spaces = SIGN_SPACES_AND_TABS,
      .fields = with_tab,
      .field_count = 4},
     GOOD,
     ""},
    {"no host",
     {.method = SPAN("PUT"), .path = SPAN("/"), .fields = with_hash + 1, .field_count = 2},
     VERIFY_WRONG,
     "'Host' must be a 'SignedHeader' in the AWS Authorization."},
};

static struct span sign(const struct sign_message *message, struct arena *arena) {
    const struct sign_scope scope = {SPAN("20260102T030405Z"), SPAN("r"), SPAN("s")};
    uint8_t key[SHA256_BYTES];
    char signature[SHA256_HEX_TEXT];
    struct span request;

    assert_true(sign_canonical_request(message, arena, &request));
    sign_key(SPAN(SIGNED_SECRET), &scope, key);
    sign_signature(key, sign_string_to_sign(&scope, request, arena), signature);
    return arena_format(arena,
                        SIGN_ALGORITHM
                        " Credential=AKIDEXAMPLE/%.*s, SignedHeaders=%.*s, "
                        "Signature=%s",
                        SPAN_ARGS(sign_scope_text(&scope, arena)),
                        SPAN_ARGS(sign_field_names(message, arena)), signature);
}

static void test_signed(void **state) {
    const struct signed_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct sign_message message = row->message;
    struct http_field fields[ARRAY_LENGTH(with_tab) + 1];
    struct verify_rules rules = {.is_s3 = message.path_form == SIGN_PATH_AS_SENT,
                                 .now_ms = INT64_C(1767323045678),
                                 .keys = &signed_keys};
    struct verify_caller caller;
    struct verify_refusal refusal = {.message = ""};

    message.payload_hash = SPAN(SIGN_UNSIGNED_PAYLOAD);
    memcpy(fields, message.fields, message.field_count * sizeof(*fields));
    fields[message.field_count] =
        (struct http_field){SPAN("authorization"), sign(&message, &arena)};
    const struct verify_request request = {.method = message.method,
                                           .path = message.path,
                                           .fields = fields,
                                           .field_count = message.field_count + 1,
                                           .body = SPAN("body")};
    bool good = verify_signature(&request, &rules, &arena, &caller, &refusal);
    assert_string_equal(refusal.message, row->message_text);
    assert_int_equal(good ? GOOD : (int)refusal.problem, row->problem);
}

/* A field may come without a value, a query and a body may be none at all. */
static void test_nothing(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct http_field field = {SPAN("Authorization"), SPAN_NONE};
    const struct verify_request request = {.path = SPAN("/"), .fields = &field, .field_count = 1};
    const struct verify_rules rules = {.keys = &signed_keys};
    struct verify_caller caller;
    struct verify_refusal refusal;

    (void)state;
    assert_false(verify_signature(&request, &rules, &arena, &caller, &refusal));
    assert_int_equal(refusal.problem, VERIFY_NOT_SIGNED);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_sent, signed_requests),
        ROWS(test_another_secret, signed_requests),
        ROWS(test_changed_bytes, signed_requests),
        ROWS(test_changed_lines, signed_requests),
        ROWS(test_changed_rules, signed_requests),
        ROWS(test_answer, answers),
        TEST(test_token_that_is_none),
        TEST(test_codes),
        TEST(test_own),
        TEST(test_most_fields),
        ROWS(test_signed, signed_rows),
        TEST(test_nothing),
    };

    return rows_run("verify", all, ARRAY_LENGTH(all));
}
