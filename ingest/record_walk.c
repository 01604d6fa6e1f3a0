#include "ingest/record_walk.h"

#include <string.h>

static void slot_set(struct picking *picking, enum slot slot, struct span text, bool escaped) {
    uint64_t bit = UINT64_C(1) << slot;

    picking->slots[slot] = text.length > 0 ? text : SPAN_NONE;
    picking->escaped = escaped ? picking->escaped | bit : picking->escaped & ~bit;
}

static struct span bytes_between(const char *at, const char *behind) {
    return (struct span){at, (size_t)(behind - at)};
}

static bool begins_number(char byte) {
    return byte == '-' || (byte >= '0' && byte <= '9');
}

static bool begins_flag(char byte) {
    return byte == 't' || byte == 'f';
}

/* A string's text, or what else the kind of field lets count as text. */
static const char *pick_text(struct picking *picking, const char *at, size_t depth,
                             const struct field *field) {
    char first = lex_byte(&picking->lexer, at);
    const char *behind = lex_value(&picking->lexer, at, depth);

    if (behind == NULL)
        return NULL;
    if (first == '"')
        slot_set(picking, field->slot, bytes_between(at + 1, behind - 1), picking->lexer.escaped);
    else if ((field->kind == FIELD_TEXT && begins_number(first)) ||
             (field->kind == FIELD_FLAG && begins_flag(first)))
        slot_set(picking, field->slot, bytes_between(at, behind), false);
    else
        slot_set(picking, field->slot, SPAN_NONE, false);
    return behind;
}

/* A container as its bytes, when it opens with `open`, and with `filled` only when it is not empty.
 */
static const char *pick_bytes(struct picking *picking, const char *at, size_t depth,
                              const struct field *field) {
    char open = field->kind == FIELD_ARRAY ? '[' : '{';
    bool fits = lex_byte(&picking->lexer, at) == open;
    const char *behind = lex_value(&picking->lexer, at, depth);

    if (behind == NULL)
        return NULL;
    fits = fits && lex_blank(&picking->lexer, at + 1) != behind - 1;
    slot_set(picking, field->slot, fits ? bytes_between(at, behind) : SPAN_NONE, false);
    return behind;
}

static const char *pick_field(struct picking *picking, const char *at, size_t depth,
                              const struct field *field) {
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

/* Looks from `*next` on and round; `*next` is then the place behind the field found. */
static const struct field *find_field(const struct level *level, struct span name, size_t *next) {
    static const struct field unknown = {.kind = FIELD_SKIPPED};

    for (size_t tried = 0; tried < level->count; tried++) {
        size_t place = *next + tried < level->count ? *next + tried : *next + tried - level->count;
        const struct field *field = &level->fields[place];
        if (field->name.length == name.length &&
            memcmp(field->name.data, name.data, name.length) == 0) {
            *next = place + 1;
            return field;
        }
    }
    return &unknown;
}

static const char *pick_object(struct picking *picking, const char *at, size_t depth,
                               const struct level *level) {
    struct lexer *lexer = &picking->lexer;
    struct span name;
    size_t next = 0;
    bool last = false;

    at = lex_open(lexer, at, depth);
    if (at != NULL && lex_byte(lexer, at) == '}')
        return at + 1;
    while (at != NULL && !last) {
        at = lex_name(lexer, at, &name);
        if (at == NULL)
            return NULL;
        if (lexer->escaped)
            name = scan_unescape(name, picking->arena);
        at = pick_field(picking, at, depth + 1, find_field(level, name, &next));
        if (at != NULL)
            at = lex_next(lexer, at, '}', &last);
    }
    return at;
}

const char *pick_level(struct picking *picking, const char *at, size_t depth,
                       const struct level *level) {
    size_t count = (size_t)(level->last_slot - level->first_slot) + 1;

    /* The last value of a name counts: what an object of the same name left is forgotten. */
    memset(&picking->slots[level->first_slot], 0, count * sizeof(picking->slots[0]));
    if (lex_byte(&picking->lexer, at) == '{')
        return pick_object(picking, at, depth, level);
    return lex_value(&picking->lexer, at, depth);
}

struct span picked_text(const struct picking *picking, enum slot slot) {
    struct span text = picking->slots[slot];

    return picking->escaped >> slot & 1 ? scan_unescape(text, picking->arena) : text;
}
