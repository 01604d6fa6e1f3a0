#include "server/raw_answer.h"

#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

#include "base/utc.h"

#define DATE_BYTES 32

/* RFC 9110, section 5.6.7; strftime would speak the language of the locale. */
static void format_date(int64_t now_ms, char out[DATE_BYTES]) {
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = now_ms / 1000;
    struct tm now;

    gmtime_r(&seconds, &now);
    snprintf(out, DATE_BYTES, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[now.tm_wday],
             (unsigned)now.tm_mday % 100, months[now.tm_mon],
             (unsigned)(now.tm_year + 1900) % 10000, (unsigned)now.tm_hour % 100,
             (unsigned)now.tm_min % 100, (unsigned)now.tm_sec % 100);
}

/* What can happen in the middle of a body. */
static const char *phrase_of(int status) {
    switch (status) {
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 507:
        return "Insufficient Storage";
    default:
        return "Internal Server Error";
    }
}

void raw_answer_write(const struct response *response, int64_t now_ms, struct buffer *out) {
    char date[DATE_BYTES];

    format_date(now_ms, date);
    buffer_append_format(out, "HTTP/1.1 %d %s\r\nDate: %s\r\nConnection: close\r\n",
                         response->status, phrase_of(response->status), date);
    for (size_t i = 0; i < response->header_count; i++)
        buffer_append_format(out, "%s: %.*s\r\n", response->headers[i].name,
                             SPAN_ARGS(response->headers[i].value));
    buffer_append_format(out, "Content-Length: %zu\r\n\r\n", response->body.length);
    buffer_append(out, buffer_span(&response->body));
}

bool raw_answer_send(const struct response *response, int descriptor) {
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&text, 0);
    raw_answer_write(response, utc_now_ms(), &text);
    ssize_t sent = send(descriptor, text.data, text.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent >= 0 && (size_t)sent == text.length;
}
