#include "handlers/names.h"

#include <string.h>

#include "base/buffer.h"

#define NAME_BYTES    32 /* longer than any of ours; what is longer is near to none */
#define NEAR          2  /* letters that may be wrong */
#define NEAR_NAMES    4
#define SUBNAME_BYTES 3

const struct span names_not = {".not", 4};

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

static bool is_swapped(struct span a, struct span b, size_t i, size_t j) {
    return i > 0 && j > 0 && a.data[i] == b.data[j - 1] && a.data[i - 1] == b.data[j];
}

/* How many letters to change, add, drop or swap with their neighbours. */
static size_t distance(struct span a, struct span b) {
    size_t steps[NAME_BYTES + 1][NAME_BYTES + 1];

    for (size_t i = 0; i <= a.length; i++)
        steps[i][0] = i;
    for (size_t j = 0; j <= b.length; j++)
        steps[0][j] = j;
    for (size_t i = 0; i < a.length; i++) {
        for (size_t j = 0; j < b.length; j++) {
            size_t *step = &steps[i + 1][j + 1];
            *step = smallest(steps[i][j + 1] + 1, steps[i + 1][j] + 1,
                             steps[i][j] + (a.data[i] != b.data[j]));
            if (is_swapped(a, b, i, j) && steps[i - 1][j - 1] + 1 < *step)
                *step = steps[i - 1][j - 1] + 1;
        }
    }
    return steps[a.length][b.length];
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
    {"ip", "sourceip"},
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

static bool is_respelt(struct span theirs, struct span ours) {
    for (size_t i = 0; i < ARRAY_LENGTH(respelt); i++) {
        if (span_equal(theirs, span_of(respelt[i].theirs)) &&
            span_equal(ours, span_of(respelt[i].ours)))
            return true;
    }
    return false;
}

static bool holds(struct span text, struct span part) {
    return part.length >= SUBNAME_BYTES &&
           memmem(text.data, text.length, part.data, part.length) != NULL;
}

/* One letter in three may be wrong, but no more than NEAR. */
static bool is_misspelt(struct span name, struct span known) {
    size_t longer = name.length > known.length ? name.length : known.length;
    size_t most = longer / 3 < NEAR ? longer / 3 : NEAR;

    return distance(name, known) <= most;
}

/* How a name may stand to a known one. Both are plain, the first of them is not empty. */
typedef bool likeness(struct span name, struct span known);

static bool is_near(struct span name, struct span known) {
    return is_respelt(name, known) || holds(name, known) || holds(known, name) ||
           is_misspelt(name, known);
}

static bool is_any(struct span name, struct span known) {
    (void)name;
    (void)known;
    return true;
}

static size_t collect(const struct parameter_list *accepted, likeness *is_alike, struct span name,
                      const struct parameter **out, size_t room) {
    size_t count = 0;

    for (; accepted != NULL; accepted = accepted->more) {
        for (size_t i = 0; i < accepted->count && count < room; i++) {
            struct plain_name known = plain_of(span_of(accepted->items[i].name));
            if (is_alike(name, (struct span){known.text, known.length}))
                out[count++] = &accepted->items[i];
        }
    }
    return count;
}

/* The very name but for capitals and marks, else those that are near to it. */
static size_t collect_alike(const struct parameter_list *accepted, struct span name,
                            const struct parameter **out) {
    struct plain_name plain = plain_of(name);
    struct span text = {plain.text, plain.length};

    if (text.length == 0)
        return 0;
    size_t count = collect(accepted, span_equal, text, out, NEAR_NAMES);
    return count > 0 ? count : collect(accepted, is_near, text, out, NEAR_NAMES);
}

/* "a, b or c", in steps. */
static void append_name(struct buffer *out, const char *name, bool last) {
    if (out->length > 0)
        buffer_append_text(out, last ? " or " : ", ");
    buffer_append_text(out, name);
}

static bool say(struct err *err, const char *before, const struct buffer *list,
                const char *behind) {
    return err_set(err, ERR_INVALID, "%s%.*s%s", before, SPAN_ARGS(buffer_span(list)), behind);
}

static void append_parameters(struct buffer *out, const struct parameter *const *parameters,
                              size_t count, bool negated) {
    for (size_t i = 0; i < count; i++) {
        append_name(out, parameters[i]->name, i + 1 == count);
        if (negated && (parameters[i]->flags & PARAMETER_NEGATES) != 0)
            buffer_append(out, names_not);
    }
}

/* Takes `.not` away, in small letters or capitals. */
static bool take_not(struct span *name) {
    size_t length = names_not.length;

    if (name->length <= length ||
        !span_equal_any_case(span_skip(*name, name->length - length), names_not))
        return false;
    name->length -= length;
    return true;
}

bool names_unknown(struct span name, const struct parameter_list *accepted, struct err *err) {
    struct buffer CLEANUP(buffer_clear) list = {0};
    const struct parameter *found[64] = {NULL};
    bool negated = take_not(&name);
    size_t count = collect_alike(accepted, name, found);

    append_parameters(&list, found, count, negated);
    if (count > 0)
        return say(err, "is no parameter here; did you mean ", &list, "?");
    count = collect(accepted, is_any, name, found, ARRAY_LENGTH(found));
    append_parameters(&list, found, count, false);
    if (count == 0)
        return err_set(err, ERR_INVALID, "is no parameter here; there are none");
    return say(err, "is no parameter here; use ", &list, "");
}

bool names_choice(const char *const *words, struct err *err) {
    struct buffer CLEANUP(buffer_clear) list = {0};

    for (size_t i = 0; words[i] != NULL; i++)
        append_name(&list, words[i], words[i + 1] == NULL);
    return say(err, "must be ", &list, "");
}
