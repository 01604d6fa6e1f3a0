/* One change of what a client signed, and the sentence that says what is wrong with it. */
#include "tests/rows.h"

#include "aws/verify.h"
#include "base/buffer.h"
#include "tests/support_signed.h"

#define MISMATCH                                                                                   \
    "The request signature we calculated does not match the signature you provided. Check your "   \
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
#define MINUTE_MS (INT64_C(60) * 1000)
#define GOOD      (-1)

static const struct change_row {
    const char *name;
    enum signed_place request;
    const char *find;
    const char *put;
    int64_t later_ms; /* that it is now, after it was signed */
    int problem;
    const char *message; /* its beginning */
} changes[] = {
    {"no space behind the commas", SIGNED_BY_CLI, ", Signed", ",Signed", 0, GOOD, ""},
    {"the parts in another order", SIGNED_BY_CLI,
     "Credential=AKIDEXAMPLE/20261122/us-east-1/cloudtrail/aws4_request, SignedHeaders="
     "content-type;host;x-amz-date;x-amz-target",
     "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
     "Credential=AKIDEXAMPLE/20261122/us-east-1/cloudtrail/aws4_request",
     0, GOOD, ""},
    {"no credential", SIGNED_WITH_TOKEN,
     "Credential=ASIDEXAMPLE/20261122/us-east-1/cloudtrail/aws4_request, ", "", 0,
     VERIFY_INCOMPLETE, "Authorization header requires 'Credential' parameter."},
    {"small letters in a field's name", SIGNED_BY_CLI, "X-Amz-Target", "x-amz-target", 0, GOOD, ""},
    {"spaces around a value", SIGNED_BY_CLI, "X-Amz-Date: 20261122T215411Z",
     "X-Amz-Date:   20261122T215411Z \t", 0, GOOD, ""},
    {"a path that leads to the same", SIGNED_BY_CLI, "POST / ", "POST //a/../ ", 0, GOOD, ""},
    {"a path that is none", SIGNED_BY_CLI, "POST / ", "POST * ", 0, VERIFY_WRONG, MISMATCH},
    {"no path at all", SIGNED_BY_CLI, "POST / ", "POST . ", 0, VERIFY_WRONG, MISMATCH},
    {"15 minutes late", SIGNED_BY_CLI, "", "", 15 * MINUTE_MS, GOOD, ""},
    {"15 minutes early", SIGNED_BY_CLI, "", "", -15 * MINUTE_MS, GOOD, ""},
    {"a second later", SIGNED_BY_CLI, "", "", 15 * MINUTE_MS + 1000, VERIFY_WRONG,
     "Signature expired: 20261122T215411Z is now earlier than 20261122T215412Z (20261122T220912Z - "
     "15 min.)"},
    {"a second earlier", SIGNED_BY_CLI, "", "", -15 * MINUTE_MS - 1000, VERIFY_WRONG,
     "Signature not yet current: 20261122T215411Z is still later than 20261122T215410Z "
     "(20261122T213910Z + 15 min.)"},
    {"a presigned URL's last moment", SIGNED_OBJECT_URL, "", "", 900000, GOOD, ""},
    {"a moment later", SIGNED_OBJECT_URL, "", "", 900001, VERIFY_EXPIRED_REQUEST,
     "Request has expired."},
    {"a presigned URL is not for before", SIGNED_OBJECT_URL, "", "", -15 * MINUTE_MS - 1,
     VERIFY_WRONG, "Signature not yet current: "},
    {"a URL of a minute after a minute", SIGNED_SERVICE_URL, "", "", MINUTE_MS + 1,
     VERIFY_EXPIRED_REQUEST, "Request has expired."},

    {"not signed", SIGNED_BY_CLI, "Authorization", "X-Other", 0, VERIFY_NOT_SIGNED,
     "Missing Authentication Token"},
    {"another scheme", SIGNED_BY_CLI, "AWS4-HMAC-SHA256 Cred", "Bearer Cred", 0, VERIFY_INCOMPLETE,
     "Authorization header must begin with 'AWS4-HMAC-SHA256'."},
    {"another algorithm", SIGNED_BY_CLI, "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", 0,
     VERIFY_INCOMPLETE, "Authorization header must begin with"},
    {"another algorithm in a URL", SIGNED_OBJECT_URL, "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1", 0,
     VERIFY_INCOMPLETE, "X-Amz-Algorithm only supports 'AWS4-HMAC-SHA256'."},
    {"no signature", SIGNED_BY_CLI, ", Signature=", ", SignedHeaders=", 0, VERIFY_INCOMPLETE,
     "'SignedHeaders' must be sent only once."},
    {"a part that has no value", SIGNED_BY_CLI, ", Signature=", ", Signature", 0, VERIFY_INCOMPLETE,
     "The Authorization header has something that is not a valid key=value"},
    {"a part too many", SIGNED_BY_CLI, ", Signature=", ", Other=1, Signature=", 0,
     VERIFY_INCOMPLETE, "The Authorization header has a parameter that is none of"},
    {"no date", SIGNED_BY_CLI, "X-Amz-Date", "Date", 0, VERIFY_INCOMPLETE,
     "Authorization header requires existence of a 'X-Amz-Date' header."},
    {"two ways to sign", SIGNED_BY_CLI, "POST / ", "POST /?X-Amz-Signature=0 ", 0,
     VERIFY_INCOMPLETE, "Only one auth mechanism allowed"},
    {"a second way, spelt in escapes", SIGNED_BY_CLI, "POST / ", "POST /?%58-Amz-Signature ", 0,
     VERIFY_INCOMPLETE, "Only one auth mechanism allowed"},
    {"a URL and Authorization", SIGNED_OBJECT_URL, "User-Agent: ", "Authorization: ", 0,
     VERIFY_INCOMPLETE, "Only one auth mechanism allowed"},
    {"a second signature in a URL", SIGNED_OBJECT_URL, "?", "?X-Amz-Signature=0&", 0,
     VERIFY_INCOMPLETE, "'X-Amz-Signature' must be sent only once."},
    {"a second date beside a URL", SIGNED_OBJECT_URL, "User-Agent: Python-urllib/3.11",
     "X-Amz-Date: 20261122T215414Z", 0, VERIFY_INCOMPLETE, "'X-Amz-Date' must be sent only once."},
    {"a URL that is always good", SIGNED_OBJECT_URL, "&X-Amz-Expires=900", "", 0, VERIFY_INCOMPLETE,
     "AWS query-string parameters must include"},
    {"a URL that is good for no time", SIGNED_OBJECT_URL, "=900", "=0", 0, VERIFY_INCOMPLETE,
     "X-Amz-Expires must be a number of seconds from 1 to 604800."},
    {"a URL that is good for a week", SIGNED_OBJECT_URL, "=900", "=604800", 0, VERIFY_WRONG,
     MISMATCH},
    {"and for a second more", SIGNED_OBJECT_URL, "=900", "=604801", 0, VERIFY_INCOMPLETE,
     "X-Amz-Expires must be"},
    {"a URL that is good for a word", SIGNED_OBJECT_URL, "=900", "=-1", 0, VERIFY_INCOMPLETE,
     "X-Amz-Expires must be"},
    {"an escape that is none", SIGNED_BY_CLI, "POST / ", "POST /?a=%zz ", 0, VERIFY_INCOMPLETE,
     "The query string has a '%' that two hexadecimal digits do not follow."},

    {"four parts of a credential", SIGNED_BY_CLI, "/aws4_request", "", 0, VERIFY_INCOMPLETE,
     "Credential must have exactly 5 slash-delimited elements"},
    {"six of them", SIGNED_BY_CLI, "/aws4_request", "/a/aws4_request", 0, VERIFY_INCOMPLETE,
     "Credential must have exactly 5 slash-delimited elements"},
    {"another end of it", SIGNED_BY_CLI, "/aws4_request", "/aws5_request", 0, VERIFY_WRONG,
     "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'."},
    {"a NUL in it", SIGNED_SERVICE_URL, "us-east-1", "us%00east-1", 0, VERIFY_INCOMPLETE,
     "Credential must have a key id"},
    {"a line end in it", SIGNED_SERVICE_URL, "AKIDEXAMPLE", "AKID%0AEXAMPLE", 0, VERIFY_INCOMPLETE,
     "Credential must have a key id"},
    {"no key", SIGNED_BY_CLI, "AKIDEXAMPLE", "", 0, VERIFY_INCOMPLETE,
     "Credential must have a key id"},
    {"another key", SIGNED_BY_CLI, "AKIDEXAMPLE", "AKIDEXAMPLF", 0, VERIFY_UNKNOWN_KEY,
     "The security token included in the request is invalid."},
    {"another token", SIGNED_WITH_TOKEN, "TOKEN/+=", "TOKEN/++", 0, VERIFY_UNKNOWN_KEY,
     "The security token included in the request is invalid."},
    {"a token of two words", SIGNED_WITH_TOKEN, "TOKEN/+=", "TOKEN /+=", 0, VERIFY_UNKNOWN_KEY,
     "The security token included in the request is invalid."},
    {"another region", SIGNED_BY_CLI, "us-east-1", "us-east-2", 0, VERIFY_WRONG,
     "Credential should be scoped to a valid region, not 'us-east-2'."},
    {"another service", SIGNED_BY_CLI, "/cloudtrail/", "/s3/", 0, VERIFY_WRONG,
     "Credential should be scoped to correct service: 'cloudtrail'."},
    {"the day of the credential", SIGNED_BY_CLI, "/20261122/", "/20261121/", 0, VERIFY_WRONG,
     "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
     "'20261121' != '20261122', from '20261122T215411Z'."},
    {"a day that is shorter", SIGNED_BY_CLI, "/20261122/", "/2026112/", 0, VERIFY_WRONG,
     "Date in Credential scope does not match"},
    {"the date in another form", SIGNED_BY_CLI, "20261122T215411Z", "2026-11-22T21:54:11Z", 0,
     VERIFY_INCOMPLETE, "Date must be in ISO-8601 'basic format'. Got '2026-11-22T21:54:11Z'."},
    {"a date with an offset", SIGNED_BY_CLI, "20261122T215411Z", "20261122T215411+", 0,
     VERIFY_INCOMPLETE, "Date must be in ISO-8601 'basic format'."},
    {"a day that is none", SIGNED_BY_CLI, "20261122T215411Z", "20261131T215411Z", 0,
     VERIFY_INCOMPLETE, "Date must be in ISO-8601 'basic format'. Got '20261131T215411Z'."},
    {"a date that cannot be shown", SIGNED_BY_CLI, "20261122T215411Z", "20261122T2154\x80\x80Z", 0,
     VERIFY_INCOMPLETE, "Date must be in ISO-8601 'basic format'. Got '...'."},

    {"names that are not sorted", SIGNED_BY_CLI, "host;x-amz-date", "x-amz-date;host", 0,
     VERIFY_INCOMPLETE, "SignedHeaders must be names of headers in small letters"},
    {"a name twice", SIGNED_BY_CLI, ";host;", ";host;host;", 0, VERIFY_INCOMPLETE,
     "SignedHeaders must be names of headers in small letters"},
    {"capitals in a name", SIGNED_BY_CLI, ";host;", ";Host;", 0, VERIFY_INCOMPLETE,
     "SignedHeaders must be names of headers in small letters"},
    {"no names", SIGNED_OBJECT_URL, "SignedHeaders=host", "SignedHeaders=", 0, VERIFY_INCOMPLETE,
     "SignedHeaders must be names of headers in small letters"},
    {"an empty name", SIGNED_BY_CLI, "x-amz-target,", "x-amz-target;,", 0, VERIFY_INCOMPLETE,
     "SignedHeaders must be names of headers in small letters"},
    {"a name with a line end", SIGNED_SERVICE_URL, "=host&", "=host%0A&", 0, VERIFY_INCOMPLETE,
     "SignedHeaders must be names of headers in small letters"},
    {"a signed field that is not there", SIGNED_BY_CLI, ";host;", ";host;range;", 0, VERIFY_WRONG,
     "The signed header 'range' is not in the request."},
    {"a signed field twice", SIGNED_BY_CLI, "User-Agent: aws-cli/1.45.11",
     "content-type: text/plain", 0, VERIFY_WRONG,
     "The signed header 'content-type' must be sent only once."},
    {"the host not signed", SIGNED_BY_CLI, ";host;", ";", 0, VERIFY_WRONG,
     "'Host' and every 'X-Amz-*' header must be a 'SignedHeader'"},
    {"neither sent nor signed", SIGNED_SERVICE_URL, "Host: 127.0.0.1:8999", "Accept: x", 0,
     VERIFY_WRONG, "The signed header 'host' is not in the request."},
    {"another field in its place", SIGNED_SERVICE_URL, "=host&", "=connection&", 0, VERIFY_WRONG,
     "'Host' and every 'X-Amz-*' header must be a 'SignedHeader'"},
    {"a field that has to be signed", SIGNED_BY_CLI, "User-Agent", "x-AMZ-other", 0, VERIFY_WRONG,
     "'Host' and every 'X-Amz-*' header must be a 'SignedHeader'"},
    {"a field that has not", SIGNED_BY_CLI, "User-Agent", "X-Amzn-Trace-Id", 0, GOOD, ""},
    {"a line end within a value", SIGNED_BY_CLI, "127.0.0.1", "127.0\r0.1", 0, VERIFY_WRONG,
     "The signed header 'host' has control characters."},

    {"a hash of something else", SIGNED_UPLOAD, "\r\n\r\nbody", "\r\n\r\nBody", 0, VERIFY_WRONG,
     "The provided 'x-amz-content-sha256' header does not match what was computed."},
    {"a hash that is in pieces", SIGNED_UPLOAD,
     "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5",
     "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", 0, VERIFY_WRONG,
     "The provided 'x-amz-content-sha256' header does not match what was computed."},
    {"S3 may leave the body unsigned, if that is signed", SIGNED_UPLOAD,
     "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5", "UNSIGNED-PAYLOAD", 0,
     VERIFY_WRONG, MISMATCH},
    {"a body behind a URL of another service", SIGNED_SERVICE_URL, "close\r\n\r\n",
     "close\r\n\r\nbody", 0, VERIFY_WRONG, MISMATCH},
    {"a signature cut short", SIGNED_BY_CLI, "c10d8c3", "c10d8c", 0, VERIFY_WRONG, MISMATCH},
    {"a signature in capitals", SIGNED_BY_CLI, "c10d8c3", "C10D8C3", 0, VERIFY_WRONG, MISMATCH},
    {"no digits at all", SIGNED_BY_CLI,
     "82635822a6b3c91c2a5ae45c869a3a28e6b40ce18343546f7cb940708c10d8c3", "", 0, VERIFY_WRONG,
     MISMATCH},
};

static struct span changed(struct span text, const char *find, const char *put,
                           struct arena *arena) {
    const char *place = memmem(text.data, text.length, find, strlen(find));

    assert_non_null(place);
    return signed_change(text, (size_t)(place - text.data), strlen(find), span_of(put), arena);
}

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

static void test_change(void **state) {
    const struct change_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct signed_request *request = &signed_requests[row->request];
    struct verify_rules rules = signed_rules(request);
    struct verify_refusal refusal = {.message = ""};

    rules.now_ms += row->later_ms;
    int problem = verdict(changed(request->text, row->find, row->put, &arena), &rules, &refusal);
    assert_true(span_starts_with(span_of(refusal.message), span_of(row->message)));
    assert_int_equal(problem, row->problem);
}

/* ---- too much of it ---- */

static struct span repeated(const char *text, size_t times, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) all;

    buffer_init(&all, 0);
    for (size_t i = 0; i < times; i++)
        buffer_append_text(&all, text);
    buffer_append_byte(&all, '\0');
    return arena_copy(arena, buffer_span(&all));
}

static const struct limit_row {
    const char *name;
    const char *find;
    const char *around; /* on both sides of what is put in its place */
    const char *piece;  /* which is this, so often */
    size_t times;
    const char *message;
} limits[] = {
    {"a long key", "AKIDEXAMPLE", "", "A", LIMIT_ACCESS_KEY_BYTES + 1,
     "Credential must have a key id of up to 128 visible characters, a region and a service of up "
     "to 64."},
    {"a long region", "us-east-1", "", "a", LIMIT_SCOPE_BYTES + 1, "Credential must have a key id"},
    {"a long service", "/cloudtrail/", "/", "a", LIMIT_SCOPE_BYTES + 1,
     "Credential must have a key id"},
    {"a long end", "aws4_request", "", "a", 9999,
     "Credential should be scoped with a valid terminator: 'aws4_request', not "
     "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'."},
    {"a long name", ";host;", ";", "h", LIMIT_NAME_BYTES + 1, "SignedHeaders must be names"},
    {"a long URL", " / ", " /?", "a", LIMIT_TARGET_BYTES, "The URL is longer than 16384 bytes."},
};

static void test_limit(void **state) {
    const struct limit_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct signed_request *request = &signed_requests[SIGNED_BY_CLI];
    struct verify_rules rules = signed_rules(request);
    struct verify_refusal refusal;
    struct span many = repeated(row->piece, row->times, &arena);
    struct span put = arena_format(&arena, "%s%s%s", row->around, many.data, row->around);

    put = arena_copy(&arena, (struct span){put.data, put.length + 1});
    struct span text = changed(request->text, row->find, put.data, &arena);
    assert_true(verdict(text, &rules, &refusal) != GOOD);
    assert_true(span_starts_with(span_of(refusal.message), span_of(row->message)));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_change, changes),
        ROWS(test_limit, limits),
    };

    return rows_run("verify_claim", all, ARRAY_LENGTH(all));
}
