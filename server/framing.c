#include "server/framing.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"

bool refuse(struct refusal *refusal, int status, const char *title, const char *format, ...) {
    va_list arguments;

    refusal->status = status;
    refusal->title = title;
    va_start(arguments, format);
    vsnprintf(refusal->detail, sizeof(refusal->detail), format, arguments);
    va_end(arguments);
    return false;
}

static bool bad_request(struct refusal *refusal, const char *detail) {
    return refuse(refusal, 400, "Bad Request", "%s", detail);
}

static struct span raw_field(const struct head *head, struct span name) {
    for (size_t i = 0; i < head->field_count; i++) {
        if (span_equal_any_case(head->fields[i].name, name))
            return head->fields[i].value;
    }
    return SPAN_NONE;
}

struct span head_field(const struct head *head, struct span name) {
    struct span value = raw_field(head, name);

    return value.data == NULL ? SPAN_NONE : span_trim(value);
}

static size_t count_fields(const struct head *head, struct span name) {
    size_t count = 0;

    for (size_t i = 0; i < head->field_count; i++)
        count += span_equal_any_case(head->fields[i].name, name);
    return count;
}

/* RFC 9110, section 5.6.2. */
static bool is_token_byte(char byte) {
    static const char others[] = "!#$%&'*+-.^_`|~";
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');

    return letter || (byte >= '0' && byte <= '9') || (byte != '\0' && strchr(others, byte) != NULL);
}

static bool is_token(struct span text) {
    for (size_t i = 0; i < text.length; i++) {
        if (!is_token_byte(text.data[i]))
            return false;
    }
    return text.length > 0;
}

/* RFC 9110, section 5.5: no control characters but tab. */
static bool is_field_value(struct span text) {
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if ((byte < ' ' && byte != '\t') || byte == 0x7f)
            return false;
    }
    return true;
}

static bool check_fields(const struct head *head, struct refusal *refusal) {
    if (head->too_many_fields)
        return refuse(refusal, 431, "Request Header Fields Too Large",
                      "a request may have %d header fields", HEAD_FIELDS);
    if (head->damaged)
        return bad_request(refusal,
                           "the request line or a header field holds NUL, goes on in the next "
                           "line, has more than one space between its parts, or does not end "
                           "with CR LF");
    for (size_t i = 0; i < head->field_count; i++) {
        if (!is_token(head->fields[i].name))
            return bad_request(refusal,
                               "a header field's name holds a byte that may not be there, "
                               "such as a space before the colon");
        if (!is_field_value(head->fields[i].value))
            return bad_request(refusal, "a header field's value holds a control character");
    }
    return true;
}

/* RFC 9112, section 3, but for bytes beyond ASCII: curl sends them as they are typed, and they mean
 * one thing only. */
static bool check_request_line(const struct head *head, struct refusal *refusal) {
    if (!is_token(head->method))
        return bad_request(refusal, "the method is no token");
    if (head->target.length > LIMIT_TARGET_BYTES)
        return refuse(refusal, 414, "URI Too Long", "path and query may have %d bytes",
                      (int)LIMIT_TARGET_BYTES);
    for (size_t i = 0; i < head->target.length; i++) {
        unsigned char byte = (unsigned char)head->target.data[i];
        if (byte <= ' ' || byte == 0x7f)
            return bad_request(refusal,
                               "the request target holds a space or a control character, "
                               "which must be written as %XX");
    }
    return true;
}

static bool check_host(const struct head *head, struct refusal *refusal) {
    size_t count = count_fields(head, SPAN("host"));

    if (count > 1)
        return bad_request(refusal, "there is more than one Host field");
    if (count == 0 && !span_equal(head->version, SPAN("HTTP/1.0")))
        return bad_request(refusal, "there is no Host field");
    return true;
}

/* RFC 9112, section 6.3. Several equal lengths could be taken as one; no honest client sends them.
 */
static bool check_length(const struct head *head, struct framing *out, struct refusal *refusal) {
    size_t count = count_fields(head, SPAN("content-length"));
    struct span value = head_field(head, SPAN("content-length"));

    if (count > 1)
        return bad_request(refusal, "there is more than one Content-Length field");
    if (count == 0)
        return true;
    if (value.length == 0 || !span_to_integer(value, &out->length))
        return bad_request(refusal, "Content-Length is not a number of bytes");
    out->says_length = true;
    out->has_body = out->length > 0;
    return true;
}

static bool check_encoding(const struct head *head, struct framing *out, struct refusal *refusal) {
    size_t count = count_fields(head, SPAN("transfer-encoding"));
    /* Not trimmed: libmicrohttpd compares it as it stands, and both of us must see the same. */
    struct span value = raw_field(head, SPAN("transfer-encoding"));

    if (count == 0)
        return true;
    if (out->says_length)
        return bad_request(refusal, "there are both Content-Length and Transfer-Encoding");
    if (span_equal(head->version, SPAN("HTTP/1.0")))
        return bad_request(refusal, "HTTP/1.0 has no Transfer-Encoding");
    if (count > 1 || !span_equal_any_case(value, SPAN("chunked")))
        return refuse(refusal, 501, "Not Implemented",
                      "the only Transfer-Encoding that is understood is: chunked");
    out->chunked = true;
    out->has_body = true;
    return true;
}

static bool check_expect(const struct head *head, struct refusal *refusal) {
    size_t count = count_fields(head, SPAN("expect"));

    if (count > 1 || (count == 1 &&
                      !span_equal_any_case(head_field(head, SPAN("expect")), SPAN("100-continue"))))
        return refuse(refusal, 417, "Expectation Failed",
                      "the only expectation that is understood is: 100-continue");
    return true;
}

bool framing_check(const struct head *head, struct framing *out, struct refusal *out_refusal) {
    struct framing framing = {0};

    if (!check_request_line(head, out_refusal) || !check_fields(head, out_refusal) ||
        !check_host(head, out_refusal) || !check_length(head, &framing, out_refusal) ||
        !check_encoding(head, &framing, out_refusal) || !check_expect(head, out_refusal))
        return false;
    *out = framing;
    return true;
}

static bool is_blank(const char *from, const char *to, const char *end) {
    while (from < to && from < end && (*from == ' ' || *from == '\t'))
        from++;
    return from == to;
}

static const char *behind(struct span text) {
    return text.data + text.length;
}

bool framing_covers(const struct head *head, const char *end) {
    const char *at = behind(head->version) + strlen("\r\n");

    if (behind(head->method) + strlen(" ") != head->place.data ||
        behind(head->place) + strlen(" ") != head->version.data)
        return false;
    for (size_t i = 0; i < head->field_count; i++) {
        const struct head_field *field = &head->fields[i];
        const char *behind_colon = at + field->name.length + 1;
        if (field->name.data != at || !is_blank(behind_colon, field->value.data, end))
            return false;
        at = behind(field->value) + strlen("\r\n");
    }
    return at + strlen("\r\n") == end;
}
