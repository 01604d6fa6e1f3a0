#include "base/log.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/json_text.h"
#include "base/utc.h"

#define LOG_LINE_MAX ((size_t)64 * 1024)

static atomic_bool silent;

void log_silence(void) {
    atomic_store(&silent, true);
}

void log_begin(struct log_line *line, enum log_level level, const char *message) {
    static const char *const names[] = {"info", "warn", "error"};

    buffer_init(&line->text, 0);
    buffer_append_byte(&line->text, '{');
    json_text_time_member(&line->text, "time", utc_now_ms());
    json_text_string_member(&line->text, "level", span_of(names[level]));
    json_text_string_member(&line->text, "message", span_of(message));
}

void log_text(struct log_line *line, const char *name, struct span value) {
    if (value.length > LOG_LINE_MAX / 16)
        value.length = LOG_LINE_MAX / 16;
    json_text_string_member(&line->text, name, value);
}

void log_number(struct log_line *line, const char *name, int64_t value) {
    json_text_integer_member(&line->text, name, value);
}

void log_end(struct log_line *line) {
    buffer_append_text(&line->text, "}\n");
    /* Nobody is left to be told when stderr itself is gone. */
    if (!atomic_load(&silent))
        (void)!write(STDERR_FILENO, line->text.data, line->text.length);
    buffer_clear(&line->text);
}

void log_say(enum log_level level, const char *message, const char *name, struct span value) {
    struct log_line line;

    log_begin(&line, level, message);
    if (name != NULL)
        log_text(&line, name, value);
    log_end(&line);
}
