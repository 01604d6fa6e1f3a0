/* The table of every option of every command: its name, its environment variable, its default, its
 * check and what help says about it. */
#ifndef TRAILD_SERVER_OPTIONS_H
#define TRAILD_SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/span.h"
#include "server/settings.h"
#include "server/value.h"

enum value_kind {
    VALUE_TEXT,
    VALUE_LISTEN,
    VALUE_HOSTS,
    VALUE_SIZE,
    VALUE_DURATION,
    VALUE_COUNT,
    VALUE_MOMENT, /* as times_read takes it */
    VALUE_LIST,   /* may be given several times; in the environment, between commas or blanks */
};

/* Fails with ERR_INVALID and a sentence that begins with "must". */
typedef bool value_check(struct span text, struct err *err);

struct option {
    unsigned commands; /* enum command, or-ed */
    const char *name;  /* without dashes */
    const char *variable;
    const char *placeholder;
    const char *fallback; /* as it would be typed; NULL: required, or worked out by fill_gaps */
    const char *meaning;  /* of a missing fallback */
    enum value_kind kind;
    struct value_range range;
    size_t offset; /* in struct settings */
    const char *help;
    value_check *check; /* of each text of a list; else NULL */
};

extern const struct option options[];
extern const size_t option_count;

bool option_is_of(const struct option *option, enum command command);

/* By name, without dashes; NULL when the command has none of it. */
const struct option *option_find(enum command command, struct span name);

/* The options of a command, for help. */
void options_describe(enum command command, struct buffer *out);

#endif
