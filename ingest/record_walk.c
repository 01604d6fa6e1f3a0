#include "ingest/record_walk.h"

#include <string.h>

void pick_begin(struct picking *picking, struct span text, bool whole, struct arena *arena) {
    picking->lexer = lexer_of(text, whole);
    picking->arena = arena;
    picking->present = 0;
    picking->escaped = 0;
}

static struct span bytes_between(const char *at, const char *behind) {
    return (struct span){at, (size_t)(behind - at)};
}

/* ---- values ---- */

/* An empty text counts as none. */
static void slot_set(struct picking *picking, enum slot slot, struct span text, bool escaped) {
    uint64_t others = ~(UINT64_C(1) << slot);

    picking->slots[slot] = text;
    picking->present = (picking->present & others) | (uint64_t)(text.length > 0) << slot;
    picking->escaped = (picking->escaped & others) | (uint64_t)escaped << slot;
}

/* What counts as text without being a string. */
static bool is_bare_text(enum field_kind kind, char first) {
    if (kind == FIELD_TEXT)
        return first == '-' || (first >= '0' && first <= '9');
    return kind == FIELD_FLAG && (first == 't' || first == 'f');
}

static const char *pick_text(struct picking *picking, const char *at, size_t depth,
                             const struct field *field) {
    struct lexer *lexer = &picking->lexer;
    char first = lex_byte(lexer, at);

    if (first == '"') {
        const char *behind = lex_string(lexer, at);
        if (behind != NULL)
            slot_set(picking, field->slot, bytes_between(at + 1, behind - 1), lexer->escaped);
        return behind;
    }
    const char *behind = lex_value(lexer, at, depth);
    bool counts = behind != NULL && is_bare_text(field->kind, first);
    slot_set(picking, field->slot, counts ? bytes_between(at, behind) : SPAN_NONE, false);
    return behind;
}

/* The bytes of a container of the field's kind, unless it is empty. */
static const char *pick_bytes(struct picking *picking, const char *at, size_t depth,
                              const struct field *field) {
    char open = field->kind == FIELD_ARRAY ? '[' : '{';
    bool counts = lex_byte(&picking->lexer, at) == open;
    const char *behind = lex_value(&picking->lexer, at, depth);

    if (behind == NULL)
        return NULL;
    counts = counts && lex_blank(&picking->lexer, at + 1) != behind - 1;
    slot_set(picking, field->slot, counts ? bytes_between(at, behind) : SPAN_NONE, false);
    return behind;
}

static const char *pick_field(struct picking *picking, const char *at, size_t depth,
                              const struct field *field) {
    if (field == NULL)
        return lex_value(&picking->lexer, at, depth);
    switch (field->kind) {
    case FIELD_STRING:
    case FIELD_TEXT:
    case FIELD_FLAG:
        return pick_text(picking, at, depth, field);
    case FIELD_FILLED:
    case FIELD_ARRAY:
        return pick_bytes(picking, at, depth, field);
    case FIELD_OBJECT:
        return pick_level(picking, at, depth, field->level);
    case FIELD_SKIPPED:
        break;
    }
    return lex_value(&picking->lexer, at, depth);
}

/* ---- names ---- */

static uint64_t word_at(const char *at) {
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    return word;
}

/* memcmp without the call, in words that may overlap; for 8 bytes and more. */
static bool same_bytes(const char *a, const char *b, size_t length) {
    size_t last = length - sizeof(uint64_t);

    for (size_t i = 0; i < last; i += sizeof(uint64_t)) {
        if (word_at(a + i) != word_at(b + i))
            return false;
    }
    return word_at(a + last) == word_at(b + last);
}

/* How many members CloudTrail leaves out in a row, at most times. */
#define OFTEN_LEFT_OUT 4

/* A field that may come next, by its name with quotes and colon: that needs no look for the name's
 * end, which is what a walk spends most of its time on. Finds no names under five letters, nor any
 * near the end of the text: NULL then, as for those that are no field. */
static const struct field *find_next(const struct level *level, struct span text, size_t next) {
    size_t end = next + OFTEN_LEFT_OUT < level->count ? next + OFTEN_LEFT_OUT : level->count;

    if (text.length < FIELD_WRITTEN_MAX)
        return NULL;
    uint64_t begin = word_at(text.data);
    for (size_t i = next; i < end; i++) {
        struct span written = level->fields[i].written;
        if (word_at(written.data) == begin && written.length >= sizeof(begin) &&
            same_bytes(written.data, text.data, written.length))
            return &level->fields[i];
    }
    return NULL;
}

/* Any field, by its name alone. */
static const struct field *find_named(const struct level *level, struct span name) {
    for (size_t i = 0; i < level->count; i++) {
        struct span written = level->fields[i].written;
        if (written.length == name.length + strlen("\"\":") &&
            memcmp(written.data + 1, name.data, name.length) == 0)
            return &level->fields[i];
    }
    return NULL;
}

/* Gives the place of the value, and the field: NULL when nothing of it is read. */
static const char *pick_name(struct picking *picking, const char *at, const struct level *level,
                             size_t *next, const struct field **out) {
    struct lexer *lexer = &picking->lexer;
    const struct field *field = find_next(level, bytes_between(at, lexer->end), *next);
    struct span name;

    if (field != NULL) {
        at = lex_blank(lexer, at + field->written.length);
    } else {
        at = lex_name(lexer, at, &name);
        if (at != NULL)
            field = find_named(level, lexer->escaped ? scan_unescape(name, picking->arena) : name);
    }
    if (field != NULL)
        *next = (size_t)(field - level->fields) + 1;
    *out = field;
    return at;
}

/* ---- objects ---- */

static const char *pick_object(struct picking *picking, const char *at, size_t depth,
                               const struct level *level) {
    struct lexer *lexer = &picking->lexer;
    const struct field *field = NULL;
    size_t next = 0;
    bool last = false;

    at = lex_open(lexer, at, depth);
    if (at != NULL && lex_byte(lexer, at) == '}')
        return at + 1;
    while (at != NULL && !last) {
        at = pick_name(picking, at, level, &next, &field);
        if (at != NULL)
            at = pick_field(picking, at, depth + 1, field);
        if (at != NULL)
            at = lex_next(lexer, at, '}', &last);
    }
    return at;
}

const char *pick_level(struct picking *picking, const char *at, size_t depth,
                       const struct level *level) {
    /* The last value of a name counts: what an object of the same name left is forgotten. */
    picking->present &= ~level->slots;
    if (lex_byte(&picking->lexer, at) == '{')
        return pick_object(picking, at, depth, level);
    return lex_value(&picking->lexer, at, depth);
}

void pick_decode(struct picking *picking) {
    for (uint64_t left = picking->escaped & picking->present; left != 0; left &= left - 1) {
        struct span *text = &picking->slots[__builtin_ctzll(left)];
        *text = scan_unescape(*text, picking->arena);
    }
    picking->escaped = 0;
}
