#include "aws/refusal.h"

#include <string.h>
#include <time.h>

#include <jansson.h>

#include "aws/host_label.h"
#include "aws/json_span.h"
#include "aws/xml.h"

/* What an error may show of each, so that all fit into its text. */
#define ABOUT_BYTES   200
#define CODE_BYTES    48
#define MESSAGE_BYTES 160
#define ID_BYTES      48

static const struct {
    const char *code;
    enum cure cure;
} cures[] = {
    {"NoSuchKey", CURE_NOT_THERE},
    {"NoSuchBucket", CURE_NOT_THERE},
    {"NoSuchVersion", CURE_NOT_THERE},
    {"QueueDoesNotExist", CURE_NOT_THERE},
    {"AWS.SimpleQueueService.NonExistentQueue", CURE_NOT_THERE},
    {"PermanentRedirect", CURE_REGION},
    {"TemporaryRedirect", CURE_REGION},
    {"Redirect", CURE_REGION},
    {"AuthorizationHeaderMalformed", CURE_REGION},
    {"IllegalLocationConstraintException", CURE_REGION},
    {"ExpiredToken", CURE_CREDENTIALS},
    {"ExpiredTokenException", CURE_CREDENTIALS},
    {"TokenRefreshRequired", CURE_CREDENTIALS},
    {"InvalidToken", CURE_CREDENTIALS},
    {"InvalidAccessKeyId", CURE_CREDENTIALS},
    {"InvalidClientTokenId", CURE_CREDENTIALS},
    {"UnrecognizedClientException", CURE_CREDENTIALS},
    {"RequestTimeTooSkewed", CURE_CLOCK},
    {"RequestExpired", CURE_CLOCK},
    {"RequestInTheFuture", CURE_CLOCK},
    /* Of these it is one cause among others. */
    {"SignatureDoesNotMatch", CURE_CLOCK},
    {"InvalidSignatureException", CURE_CLOCK},
    {"InternalError", CURE_WAIT},
    {"RequestTimeout", CURE_WAIT},
    {"RequestTimeoutException", CURE_WAIT},
    {"IDPCommunicationError", CURE_WAIT},
    {"PriorRequestNotComplete", CURE_WAIT},
    {"SlowDown", CURE_WAIT_LONGER},
    {"Throttling", CURE_WAIT_LONGER},
    {"ThrottlingException", CURE_WAIT_LONGER},
    {"ThrottledException", CURE_WAIT_LONGER},
    {"RequestThrottled", CURE_WAIT_LONGER},
    {"RequestThrottledException", CURE_WAIT_LONGER},
    {"TooManyRequestsException", CURE_WAIT_LONGER},
    {"ProvisionedThroughputExceededException", CURE_WAIT_LONGER},
    {"RequestLimitExceeded", CURE_WAIT_LONGER},
    {"BandwidthLimitExceeded", CURE_WAIT_LONGER},
    {"LimitExceededException", CURE_WAIT_LONGER},
    {"EC2ThrottledException", CURE_WAIT_LONGER},
};

static enum cure cure_by_status(int status) {
    if (status == 404)
        return CURE_NOT_THERE;
    if (status == 429 || status == 503)
        return CURE_WAIT_LONGER;
    if (status >= 500 || status == 408)
        return CURE_WAIT;
    return status >= 300 && status < 400 ? CURE_REGION : CURE_NONE;
}

/* The code says more than the status. One that we do not know, of a request that is called wrong
 * (4xx), helps nobody. */
static enum cure find_cure(const struct refusal *refusal) {
    bool wrong = refusal->status >= 400 && refusal->status < 500 && refusal->status != 429;

    for (size_t i = 0; i < ARRAY_LENGTH(cures); i++) {
        if (span_equal(refusal->code, span_of(cures[i].code)))
            return cures[i].cure;
    }
    return refusal->code.length > 0 && wrong ? CURE_NONE : cure_by_status(refusal->status);
}

static struct span first_value(struct span document, const char *const *paths, size_t count,
                               struct arena *arena) {
    struct span value = SPAN_NONE;

    for (size_t i = 0; i < count && value.data == NULL; i++)
        value = xml_value(document, paths[i], arena);
    return value;
}

/* S3's errors stand alone, those of STS and of others lie in an ErrorResponse. */
static void read_xml(struct span body, struct arena *arena, struct refusal *out) {
    static const char *const codes[] = {"/Error/Code", "/ErrorResponse/Error/Code"};
    static const char *const messages[] = {"/Error/Message", "/ErrorResponse/Error/Message"};
    static const char *const ids[] = {"/Error/RequestId", "/ErrorResponse/RequestId"};

    out->code = first_value(body, codes, ARRAY_LENGTH(codes), arena);
    out->message = first_value(body, messages, ARRAY_LENGTH(messages), arena);
    out->request_id = first_value(body, ids, ARRAY_LENGTH(ids), arena);
    out->region = xml_value(body, "/Error/Region", arena);
}

static struct span member(const json_t *object, const char *name, struct arena *arena) {
    return arena_copy(arena, json_member_span(object, name));
}

/* `com.amazonaws.sqs#QueueDoesNotExist` */
static void read_json(struct span body, struct arena *arena, struct refusal *out) {
    json_t *document = json_loadb(body.data, body.length, 0, NULL);
    struct span before;

    out->code = member(document, "__type", arena);
    out->message = member(document, "message", arena);
    if (out->message.data == NULL)
        out->message = member(document, "Message", arena);
    (void)!span_cut_last(out->code, '#', &before, &out->code);
    json_decref(document);
}

/* RFC 9110, section 5.6.7: `Sun, 22 Nov 2026 21:07:51 GMT`. */
static int64_t http_date_ms(struct span text) {
    char date[64];
    struct tm parts = {0};

    if (text.length >= sizeof(date))
        return -1;
    memcpy(date, text.data == NULL ? "" : text.data, text.length);
    date[text.length] = '\0';
    const char *end = strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == NULL || *end != '\0')
        return -1;
    time_t seconds = timegm(&parts);
    return seconds < 0 ? -1 : (int64_t)seconds * 1000;
}

static int64_t retry_after_ms(struct span text) {
    int64_t seconds = 0;

    if (!span_to_integer(text, &seconds))
        return 0;
    return seconds > 3600 ? 3600 * 1000 : seconds * 1000;
}

static struct span field_or(const struct transport_answer *answer, const char *name,
                            struct span otherwise) {
    struct span value = answer_field(answer, name);

    return value.length > 0 ? value : otherwise;
}

void refusal_read(const struct transport_answer *answer, struct arena *arena, struct refusal *out) {
    struct span body = span_trim(answer->body);
    struct refusal refusal = {.status = answer->status};

    if (span_starts_with(body, SPAN("{")))
        read_json(body, arena, &refusal);
    else if (body.length > 0)
        read_xml(body, arena, &refusal);
    refusal.request_id = field_or(answer, "x-amzn-requestid", refusal.request_id);
    refusal.request_id = field_or(answer, "x-amz-request-id", refusal.request_id);
    refusal.region = field_or(answer, "x-amz-bucket-region", refusal.region);
    if (!is_host_label(refusal.region))
        refusal.region = SPAN_NONE;
    refusal.retry_after_ms = retry_after_ms(answer_field(answer, "retry-after"));
    refusal.server_ms = http_date_ms(answer_field(answer, "date"));
    refusal.cure = find_cure(&refusal);
    *out = refusal;
}

/* ---- in words ---- */

/* Control characters: of ASCII, and those of Unicode, which UTF-8 writes with two bytes. */
static bool is_control(struct span text, size_t at) {
    unsigned char c = (unsigned char)text.data[at];
    unsigned char before = at > 0 ? (unsigned char)text.data[at - 1] : 0;
    unsigned char behind = at + 1 < text.length ? (unsigned char)text.data[at + 1] : 0;

    return c < ' ' || c == 0x7f || (c == 0xc2 && behind >= 0x80 && behind < 0xa0) ||
           (before == 0xc2 && c >= 0x80 && c < 0xa0);
}

static struct span plain(struct span text, size_t most, struct arena *arena) {
    size_t length = text.length < most ? text.length : most;
    char *copy = arena_allocate(arena, length + 1);

    for (size_t i = 0; i < length; i++) {
        copy[i] = text.data[i];
        if (is_control(text, i))
            copy[i] = '?';
    }
    /* No half of a character at the end. */
    while (length < text.length && length > 0 && (text.data[length] & 0xc0) == 0x80)
        length--;
    return (struct span){copy, length};
}

/* Without its middle, if it is longer than `most`. */
static struct span both_ends(struct span text, size_t most, struct arena *arena) {
    size_t half = most / 2 - 2;

    if (text.length <= most)
        return plain(text, most, arena);
    struct span head = plain(text, half, arena);
    struct span tail = span_skip(text, text.length - half);
    while (tail.length > 0 && (tail.data[0] & 0xc0) == 0x80)
        tail = span_skip(tail, 1);
    return arena_format(arena, "%.*s...%.*s", SPAN_ARGS(head), SPAN_ARGS(plain(tail, half, arena)));
}

/* The end of a key says the most. */
struct span refusal_about(struct span about, struct arena *arena) {
    return both_ends(about, ABOUT_BYTES, arena);
}

static enum err_kind kind_of(enum cure cure) {
    if (cure == CURE_NOT_THERE)
        return ERR_ABSENT;
    return cure == CURE_WAIT || cure == CURE_WAIT_LONGER ? ERR_BUSY : ERR_REMOTE;
}

/* Of a message about permissions, the beginning says who, the end which policy is missing. */
static struct span words_of(const struct refusal *refusal, struct arena *arena) {
    struct span code = plain(refusal->code, CODE_BYTES, arena);
    struct span message = both_ends(refusal->message, MESSAGE_BYTES, arena);
    struct span id = plain(refusal->request_id, ID_BYTES, arena);

    if (code.length == 0)
        code = SPAN("the answer is not one of AWS's");
    return arena_format(arena, "%.*s%s%.*s (HTTP %d%s%.*s)", SPAN_ARGS(code),
                        message.length > 0 ? ": " : "", SPAN_ARGS(message), refusal->status,
                        id.length > 0 ? ", request " : "", SPAN_ARGS(id));
}

bool refusal_say(const struct refusal *refusal, struct err *err) {
    struct arena CLEANUP(arena_clear) arena = {0};

    return err_set(err, kind_of(refusal->cure), "%.*s", SPAN_ARGS(words_of(refusal, &arena)));
}

bool refusal_fail(const struct refusal *refusal, struct span about, struct err *err) {
    struct arena CLEANUP(arena_clear) arena = {0};

    return err_set(err, kind_of(refusal->cure), "%.*s: %.*s",
                   SPAN_ARGS(refusal_about(about, &arena)), SPAN_ARGS(words_of(refusal, &arena)));
}
