#include "handlers/names.h"

#include <string.h>

#include "base/buffer.h"

#define NAME_BYTES    32 /* longer than any of ours; what is longer is near to none */
#define NEAR          2  /* letters that may be wrong, missing or too many */
#define NEAR_NAMES    4
#define SUBNAME_BYTES 3

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* Levenshtein's: how many letters to change, add or drop. */
static size_t distance(struct span a, struct span b) {
    size_t row[NAME_BYTES + 1];

    for (size_t column = 0; column <= b.length; column++)
        row[column] = column;
    for (size_t i = 0; i < a.length; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.length; j++) {
            size_t above = row[j + 1];
            row[j + 1] = smallest(above + 1, row[j] + 1, diagonal + (a.data[i] != b.data[j]));
            diagonal = above;
        }
    }
    return row[b.length];
}

/* Names under which people know our parameters from AWS or from elsewhere; plain as below. */
static const struct {
    const char *theirs;
    const char *ours;
} respelt[] = {
    {"eventname", "action"},
    {"eventsource", "service"},
    {"username", "principal"},
    {"user", "principal"},
    {"role", "principal"},
    {"ip", "source_ip"},
    {"starttime", "from"},
    {"start", "from"},
    {"since", "from"},
    {"endtime", "to"},
    {"end", "to"},
    {"until", "to"},
    {"nexttoken", "cursor"},
    {"maxresults", "limit"},
    {"sort", "order"},
};

struct plain_name {
    char text[NAME_BYTES];
    size_t length; /* 0 when the name was too long to be near to any */
};

/* Small letters and nothing between words: `eventName` and `event_name` are one. */
static struct plain_name plain_of(struct span name) {
    struct plain_name plain = {.length = 0};

    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        if (c == '_' || c == '-' || c == '.')
            continue;
        if (plain.length == NAME_BYTES)
            return (struct plain_name){.length = 0};
        plain.text[plain.length++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return plain;
}

static bool is_respelt(struct span theirs, const char *ours) {
    for (size_t i = 0; i < ARRAY_LENGTH(respelt); i++) {
        if (span_equal(theirs, span_of(respelt[i].theirs)) && strcmp(ours, respelt[i].ours) == 0)
            return true;
    }
    return false;
}

static bool holds(struct span text, struct span part) {
    return part.length >= SUBNAME_BYTES &&
           memmem(text.data, text.length, part.data, part.length) != NULL;
}

static bool is_near(struct span name, const char *known) {
    struct plain_name plain_name = plain_of(name);
    struct plain_name plain_known = plain_of(span_of(known));
    struct span a = {plain_name.text, plain_name.length};
    struct span b = {plain_known.text, plain_known.length};

    return a.length > 0 && (is_respelt(a, known) || holds(a, b) || holds(b, a) ||
                            distance(a, b) <= (b.length > NEAR + 1 ? NEAR : 1));
}

static void append_name(struct buffer *out, const char *name, bool last) {
    if (out->length > 0)
        buffer_append_text(out, last ? " or " : ", ");
    buffer_append_text(out, name);
}

static size_t collect(const struct parameter_list *accepted, struct span near_to,
                      const char **out_names, size_t room) {
    size_t count = 0;

    for (; accepted != NULL; accepted = accepted->more) {
        for (size_t i = 0; i < accepted->count && count < room; i++) {
            const char *known = accepted->items[i].name;
            if (near_to.data == NULL || is_near(near_to, known))
                out_names[count++] = known;
        }
    }
    return count;
}

static bool say(struct err *err, const char *before, const char *const *names, size_t count,
                const char *behind) {
    struct buffer CLEANUP(buffer_clear) list;

    buffer_init(&list, 0);
    for (size_t i = 0; i < count; i++)
        append_name(&list, names[i], i + 1 == count);
    return err_set(err, ERR_INVALID, "%s%.*s%s", before, SPAN_ARGS(buffer_span(&list)), behind);
}

bool names_unknown(struct span name, const struct parameter_list *accepted, struct err *err) {
    const char *names[64];
    size_t count = collect(accepted, name, names, NEAR_NAMES);

    if (count > 0)
        return say(err, "is no parameter here; did you mean ", names, count, "?");
    count = collect(accepted, SPAN_NONE, names, ARRAY_LENGTH(names));
    if (count == 0)
        return err_set(err, ERR_INVALID, "is no parameter here; there are none");
    return say(err, "is no parameter here; use ", names, count, "");
}

bool names_choice(const char *const *words, struct err *err) {
    size_t count = 0;

    while (words[count] != NULL)
        count++;
    return say(err, "must be ", words, count, "");
}
