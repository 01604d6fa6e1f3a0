/* The vectors are AWS's own way of signing, as botocore and openssl both compute it. */
#include "tests/rows.h"

#include "aws/sign.h"
#include "base/buffer.h"

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define DATE   "20260102T030405Z"
#define LIST                                                                                       \
    "list-type=2&prefix=AWSLogs%2F111122223333%2FCloudTrail%2F&start-after=AWSLogs%2Fa%20b%2Bc&"   \
    "encoding-type=url"
#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void assert_span(struct span actual, const char *expected) {
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&text, 0);
    buffer_append(&text, actual);
    buffer_append_byte(&text, '\0');
    assert_string_equal(text.data, expected);
}

static struct span hex_of(const uint8_t digest[SHA256_BYTES], struct arena *arena) {
    char text[SHA256_HEX_TEXT];

    sha256_to_hex(digest, text);
    return arena_copy(arena, span_of(text));
}

static struct span hash_hex(struct span bytes, struct arena *arena) {
    uint8_t digest[SHA256_BYTES];

    sha256_of(bytes, digest);
    return hex_of(digest, arena);
}

static const struct http_field lookup_fields[] = {
    {SPAN("Content-Type"), SPAN("application/x-amz-json-1.1")},
    {SPAN("X-Amz-Target"),
     SPAN("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents")},
    {SPAN("Host"), SPAN("cloudtrail.us-east-1.amazonaws.com")},
    {SPAN("X-Amz-Date"), SPAN(DATE)},
};

static const struct http_field list_fields[] = {
    {SPAN("host"), SPAN("my-bucket.s3.eu-west-1.amazonaws.com")},
    {SPAN("x-amz-content-sha256"), SPAN(EMPTY_HASH)},
    {SPAN("x-amz-date"), SPAN(DATE)},
    {SPAN("x-amz-security-token"), SPAN("TOKEN/+=")},
};

static const struct sign_scope lookup_scope = {SPAN(DATE), SPAN("us-east-1"), SPAN("cloudtrail")};
static const struct sign_scope s3_scope = {SPAN(DATE), SPAN("eu-west-1"), SPAN("s3")};

static const struct vector_row {
    const char *name;
    struct sign_message message;
    const struct sign_scope *scope;
    const char *names;
    const char *request_hash; /* NULL: not told */
    const char *signature;
} vectors[] = {
    {"a POST with a body",
     {.method = SPAN("POST"),
      .path = SPAN("/"),
      .query = SPAN(""),
      .path_form = SIGN_PATH_ENCODED_AGAIN,
      .fields = lookup_fields,
      .field_count = ARRAY_LENGTH(lookup_fields),
      .payload_hash = SPAN("0a9793f0cb4cfe51f4394490db0ae59b07fd7d5dab3022bca1b33ee15f67dacf")},
     &lookup_scope,
     "content-type;host;x-amz-date;x-amz-target",
     "00e3227e144fd70b0b4fe04af4932d6534df8d500856a831a698558c66f23389",
     "5a475960cd403d531df9ac02d435b2b081b7c0cf496264f0c17937684129d1a8"},
    {"a list of a bucket, with a token",
     {.method = SPAN("GET"),
      .path = SPAN("/"),
      .query = SPAN(LIST),
      .fields = list_fields,
      .field_count = ARRAY_LENGTH(list_fields),
      .payload_hash = SPAN(EMPTY_HASH)},
     &s3_scope,
     "host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
     "e12063460109df4373548f919c7c10b538b359f78026cf1284a5abb87fd6eec7",
     "544096f9b3bd1186af74957fc90bde7cd3601c4191485bf3aa36bbd7eda73fd5"},
    {"a presigned object",
     {.method = SPAN("GET"),
      .path = SPAN("/a%20b/k%3D1.gz"),
      .query = SPAN("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2F"
                    "eu-west-1%2Fs3%2Faws4_request&X-Amz-Date=" DATE
                    "&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=e820404a"),
      .fields = list_fields,
      .field_count = 1,
      .payload_hash = SPAN(SIGN_UNSIGNED_PAYLOAD)},
     &s3_scope,
     "host",
     NULL,
     "e820404a04493c80182beeff67aa15b3fab83ce6b0bcec2cc2c46b33620bedc1"},
};

static void test_vector(void **state) {
    const struct vector_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span request = SPAN_NONE;
    uint8_t key[SHA256_BYTES];
    char signature[SHA256_HEX_TEXT];

    assert_true(sign_canonical_request(&row->message, &arena, &request));
    if (row->request_hash != NULL)
        assert_span(hash_hex(request, &arena), row->request_hash);
    assert_span(sign_field_names(&row->message, &arena), row->names);
    sign_key(SPAN(SECRET), row->scope, key);
    sign_signature(key, sign_string_to_sign(row->scope, request, &arena), signature);
    assert_string_equal(signature, row->signature);
}

static void test_steps_of_the_first_vector(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span request = SPAN_NONE;
    uint8_t key[SHA256_BYTES];

    (void)state;
    assert_true(sign_canonical_request(&vectors[0].message, &arena, &request));
    assert_span(request,
                "POST\n/\n\ncontent-type:application/x-amz-json-1.1\n"
                "host:cloudtrail.us-east-1.amazonaws.com\nx-amz-date:20260102T030405Z\n"
                "x-amz-target:com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents\n"
                "\ncontent-type;host;x-amz-date;x-amz-target\n"
                "0a9793f0cb4cfe51f4394490db0ae59b07fd7d5dab3022bca1b33ee15f67dacf");
    assert_span(hash_hex(SPAN("{\"MaxResults\": 5}"), &arena),
                "0a9793f0cb4cfe51f4394490db0ae59b07fd7d5dab3022bca1b33ee15f67dacf");
    assert_span(sign_string_to_sign(&lookup_scope, request, &arena),
                "AWS4-HMAC-SHA256\n20260102T030405Z\n20260102/us-east-1/cloudtrail/aws4_request\n"
                "00e3227e144fd70b0b4fe04af4932d6534df8d500856a831a698558c66f23389");
    sign_key(SPAN(SECRET), &lookup_scope, key);
    assert_span(hex_of(key, &arena),
                "e0531404e9cd7bb4f284f3741aa7ee79db5e603a0ac9a3428cabcda41ca9a551");
}

static const struct part_row {
    const char *name;
    enum sign_path path_form;
    struct span path;
    struct span query;
    const char *signed_path;
    const char *signed_query; /* NULL: refused */
} parts[] = {
    {"S3's path stays as it is", SIGN_PATH_AS_SENT, SPAN("/a//b/../%2f%2F"), SPAN(""),
     "/a//b/../%2f%2F", ""},
    {"others encode again", SIGN_PATH_ENCODED_AGAIN, SPAN("/a%20b/c"), SPAN(""), "/a%2520b/c", ""},
    {"others have no empty segments", SIGN_PATH_ENCODED_AGAIN, SPAN("//a///b/"), SPAN(""), "/a/b/",
     ""},
    {"others have no dots", SIGN_PATH_ENCODED_AGAIN, SPAN("/a/./b/../../../c"), SPAN(""), "/c", ""},
    {"nothing left is a slash", SIGN_PATH_ENCODED_AGAIN, SPAN("/.."), SPAN(""), "/", ""},
    {"items are sorted", SIGN_PATH_AS_SENT, SPAN("/"), SPAN("b=2&a=1&a=0&B=3"), "/",
     "B=3&a=0&a=1&b=2"},
    {"sorted as they are encoded", SIGN_PATH_AS_SENT, SPAN("/"), SPAN("a-=1&a%2F=2&a=3"), "/",
     "a=3&a%2F=2&a-=1"},
    {"an item without a value", SIGN_PATH_AS_SENT, SPAN("/"), SPAN("acl"), "/", "acl="},
    {"escapes are capitals", SIGN_PATH_AS_SENT, SPAN("/"), SPAN("a=%2f%7e/"), "/", "a=%2F~%2F"},
    {"more than one equals sign", SIGN_PATH_AS_SENT, SPAN("/"), SPAN("a=b=c"), "/", "a=b%3Dc"},
    {"empty items", SIGN_PATH_AS_SENT, SPAN("/"), SPAN("&a=1&&"), "/", "a=1"},
    {"the signature itself", SIGN_PATH_AS_SENT, SPAN("/"), SPAN("a=1&X-Amz-Signature=f"), "/",
     "a=1"},
    {"an escape that is none", SIGN_PATH_AS_SENT, SPAN("/"), SPAN("a=%zz"), "/", NULL},
};

static void test_part(void **state) {
    const struct part_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span request = SPAN_NONE;
    const struct sign_message message = {.method = SPAN("GET"),
                                         .path = row->path,
                                         .query = row->query,
                                         .path_form = row->path_form,
                                         .payload_hash = SPAN("-")};

    bool good = sign_canonical_request(&message, &arena, &request);
    assert_int_equal(good, row->signed_query != NULL);
    if (!good)
        return;
    struct span expected =
        arena_format(&arena, "GET\n%s\n%s\n\n\n-", row->signed_path, row->signed_query);
    assert_true(span_equal(request, expected));
}

static void test_fields(void **state) {
    static const struct http_field fields[] = {
        {SPAN("X-Two"), SPAN("  a   b\t")},
        {SPAN("x-one"), SPAN("z")},
        {SPAN("X-Three"), SPAN("")},
        {SPAN("X-ONE"), SPAN("a")},
    };
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span request = SPAN_NONE;
    const struct sign_message message = {.method = SPAN("GET"),
                                         .path = SPAN("/"),
                                         .fields = fields,
                                         .field_count = ARRAY_LENGTH(fields),
                                         .payload_hash = SPAN("-")};

    (void)state;
    assert_true(sign_canonical_request(&message, &arena, &request));
    assert_span(request, "GET\n/\n\nx-one:z,a\nx-three:\nx-two:a b\n\nx-one;x-three;x-two\n-");
}

static const struct spaces_row {
    const char *name;
    struct span value;
    enum sign_spaces spaces;
    const char *is_signed;
} spaces_rows[] = {
    {"spaces", SPAN(" a  b   c "), SIGN_SPACES, "a b c"},
    {"tabs at the ends", SPAN("\ta\t"), SIGN_SPACES, "a"},
    {"a tab inside", SPAN("a\tb"), SIGN_SPACES, "a\tb"},
    {"tabs and spaces", SPAN("a \t  \tb"), SIGN_SPACES, "a \t \tb"},
    {"a tab that is a space", SPAN("a\tb"), SIGN_SPACES_AND_TABS, "a b"},
    {"tabs that are spaces", SPAN("\ta \t  \tb "), SIGN_SPACES_AND_TABS, "a b"},
};

static void test_spaces(void **state) {
    const struct spaces_row *row = *state;
    const struct http_field field = {SPAN("A"), row->value};
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span request = SPAN_NONE;
    const struct sign_message message = {.method = SPAN("GET"),
                                         .path = SPAN("/"),
                                         .spaces = row->spaces,
                                         .fields = &field,
                                         .field_count = 1,
                                         .payload_hash = SPAN("-")};

    assert_true(sign_canonical_request(&message, &arena, &request));
    struct span expected = arena_format(&arena, "GET\n/\n\na:%s\n\na\n-", row->is_signed);
    assert_true(span_equal(request, expected));
}

static void test_date(void **state) {
    char text[SIGN_DATE_TEXT];

    (void)state;
    assert_span(sign_date(INT64_C(1767323045678), text), "20260102T030405Z");
}

static const struct http_field *field_named(const struct http_field *fields, size_t count,
                                            const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (span_equal(fields[i].name, span_of(name)))
            return &fields[i];
    }
    return NULL;
}

static void test_outgoing_list(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct sign_outgoing request = {.method = SPAN("GET"),
                                          .host = SPAN("my-bucket.s3.eu-west-1.amazonaws.com"),
                                          .path = SPAN("/"),
                                          .query = SPAN(LIST),
                                          .is_s3 = true};
    const struct sign_identity identity = {SPAN("ASIDEXAMPLE"), SPAN(SECRET), SPAN("TOKEN/+=")};
    struct http_field *fields = NULL;
    size_t count = 0;

    (void)state;
    assert_true(sign_fields(&request, &identity, &s3_scope, &arena, &fields, &count));
    assert_int_equal(count, 5);
    assert_span(field_named(fields, count, "Host")->value, "my-bucket.s3.eu-west-1.amazonaws.com");
    assert_span(field_named(fields, count, "X-Amz-Date")->value, DATE);
    assert_span(field_named(fields, count, "X-Amz-Content-Sha256")->value, EMPTY_HASH);
    assert_span(field_named(fields, count, "X-Amz-Security-Token")->value, "TOKEN/+=");
    assert_span(field_named(fields, count, "Authorization")->value,
                "AWS4-HMAC-SHA256 Credential=ASIDEXAMPLE/20260102/eu-west-1/s3/aws4_request, "
                "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, "
                "Signature=544096f9b3bd1186af74957fc90bde7cd3601c4191485bf3aa36bbd7eda73fd5");
}

static void test_outgoing_post(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct sign_outgoing request = {.method = SPAN("POST"),
                                          .host = SPAN("cloudtrail.us-east-1.amazonaws.com"),
                                          .path = SPAN("/"),
                                          .query = SPAN(""),
                                          .fields = lookup_fields,
                                          .field_count = 2,
                                          .body = SPAN("{\"MaxResults\": 5}")};
    const struct sign_identity identity = {SPAN("AKIDEXAMPLE"), SPAN(SECRET), SPAN_NONE};
    struct http_field *fields = NULL;
    size_t count = 0;

    (void)state;
    assert_true(sign_fields(&request, &identity, &lookup_scope, &arena, &fields, &count));
    assert_int_equal(count, 5);
    assert_null(field_named(fields, count, "X-Amz-Content-Sha256"));
    struct span line = field_named(fields, count, "Authorization")->value;
    assert_true(span_ends_with(
        line, SPAN("Signature=5a475960cd403d531df9ac02d435b2b081b7c0cf496264f0c17937684129d1a8")));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_vector, vectors),     TEST(test_steps_of_the_first_vector),
        ROWS(test_part, parts),         TEST(test_fields),
        ROWS(test_spaces, spaces_rows), TEST(test_date),
        TEST(test_outgoing_list),       TEST(test_outgoing_post),
    };

    return rows_run("sign", all, ARRAY_LENGTH(all));
}
