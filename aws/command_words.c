#include "aws/command_words.h"

#include <string.h>

struct splitting {
    struct span rest;
    char *end; /* of what was written */
};

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char next(struct splitting *splitting) {
    char c = splitting->rest.data[0];

    splitting->rest = span_skip(splitting->rest, 1);
    return c;
}

/* Behind the opening quote. Between double ones a backslash stands for itself unless a quote or
 * another backslash follows. */
static bool take_quoted(struct splitting *splitting, char quote) {
    while (splitting->rest.length > 0) {
        char c = next(splitting);
        if (c == quote)
            return true;
        if (c == '\\' && quote == '"' && splitting->rest.length > 0 &&
            (splitting->rest.data[0] == '"' || splitting->rest.data[0] == '\\'))
            c = next(splitting);
        *splitting->end++ = c;
    }
    return false;
}

static bool take_word(struct splitting *splitting, struct err *err) {
    while (splitting->rest.length > 0 && !is_space(splitting->rest.data[0])) {
        char c = next(splitting);
        if (c == '"' || c == '\'') {
            if (!take_quoted(splitting, c))
                return err_set(err, ERR_INVALID, "a quote that is not closed");
            continue;
        }
        if (c == '\\' && splitting->rest.length > 0)
            c = next(splitting);
        *splitting->end++ = c;
    }
    *splitting->end++ = '\0';
    return true;
}

static struct span skip_space(struct span text) {
    while (text.length > 0 && is_space(text.data[0]))
        text = span_skip(text, 1);
    return text;
}

bool command_words(struct span line, struct arena *arena, char ***out, struct err *err) {
    struct splitting splitting = {.rest = skip_space(line)};
    char **words = arena_new(arena, line.length / 2 + 2, sizeof(*words));
    size_t count = 0;

    if (splitting.rest.length == 0)
        return err_set(err, ERR_INVALID, "no command");
    if (memchr(line.data, '\0', line.length) != NULL)
        return err_set(err, ERR_INVALID, "a NUL in the command");
    splitting.end = arena_allocate(arena, line.length + 1);
    while (splitting.rest.length > 0) {
        words[count++] = splitting.end;
        if (!take_word(&splitting, err))
            return false;
        splitting.rest = skip_space(splitting.rest);
    }
    *out = words;
    return true;
}
