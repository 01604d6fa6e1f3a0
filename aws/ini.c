#include "aws/ini.h"

#include "base/limits.h"

struct parse {
    struct arena *arena;
    struct ini_value *values;
    size_t count;
    struct span section; /* SPAN_NONE: before the first one */
    size_t indent;       /* of the key that deeper lines go on with */
    bool open;           /* such a key is there */
};

static struct ini_value *last(struct parse *parse) {
    return &parse->values[parse->count - 1];
}

static bool add(struct parse *parse, struct ini_value value, struct err *err) {
    if (parse->count == LIMIT_AWS_FILE_VALUES)
        return err_set(err, ERR_INVALID, "holds more than %d values", LIMIT_AWS_FILE_VALUES);
    parse->values = arena_grow(parse->arena, parse->values, parse->count, sizeof(*parse->values));
    parse->values[parse->count++] = value;
    return true;
}

static bool take_section(struct parse *parse, struct span line, struct err *err) {
    struct span name;
    struct span behind;

    if (!span_cut(span_skip(line, 1), ']', &name, &behind))
        return err_set(err, ERR_INVALID, "a section without its closing ]");
    parse->section = span_trim(name);
    parse->open = false;
    return add(parse, (struct ini_value){.section = parse->section}, err);
}

/* The first of = and :, as the command line does it. */
static bool split(struct span line, struct span *out_key, struct span *out_value, struct err *err) {
    size_t at = 0;

    while (at < line.length && line.data[at] != '=' && line.data[at] != ':')
        at++;
    struct span key = span_trim((struct span){line.data, at});
    if (at == line.length || key.length == 0)
        return err_set(err, ERR_INVALID, "neither [section] nor key = value");
    *out_key = key;
    *out_value = span_trim(span_skip(line, at + 1));
    return true;
}

static bool take_key(struct parse *parse, struct span line, size_t indent, struct err *err) {
    struct span key;
    struct span value;

    if (parse->section.data == NULL)
        return err_set(err, ERR_INVALID, "a value before the first [section]");
    if (!split(line, &key, &value, err))
        return false;
    parse->indent = indent;
    parse->open = true;
    return add(parse,
               (struct ini_value){.section = parse->section,
                                  .key = arena_copy_lower(parse->arena, key),
                                  .value = value},
               err);
}

/* A line that is indented deeper than the key before it. */
static bool go_on(struct parse *parse, struct span line, struct err *err) {
    struct ini_value *before = last(parse);
    struct span key;
    struct span value;

    if (before->inner.data == NULL && before->value.length > 0) {
        before->value.length = (size_t)(line.data + line.length - before->value.data);
        return true;
    }
    if (!split(line, &key, &value, err))
        return false;
    return add(parse,
               (struct ini_value){.section = parse->section,
                                  .key = before->key,
                                  .inner = arena_copy_lower(parse->arena, key),
                                  .value = value},
               err);
}

static size_t indent_of(struct span line) {
    size_t indent = 0;

    while (indent < line.length && (line.data[indent] == ' ' || line.data[indent] == '\t'))
        indent++;
    return indent;
}

static bool take_line(struct parse *parse, struct span raw, struct err *err) {
    struct span line = span_trim(raw);
    size_t indent = indent_of(raw);

    if (line.length == 0 || line.data[0] == '#' || line.data[0] == ';')
        return true;
    if (parse->open && indent > parse->indent)
        return go_on(parse, line, err);
    if (line.data[0] == '[')
        return take_section(parse, line, err);
    return take_key(parse, line, indent, err);
}

bool ini_parse(struct span text, struct arena *arena, struct ini *out, struct err *err) {
    static const struct span byte_order_mark = {"\xef\xbb\xbf", 3};
    struct parse parse = {.arena = arena};
    struct span line;

    if (span_starts_with(text, byte_order_mark))
        text = span_skip(text, byte_order_mark.length);
    for (int number = 1; text.length > 0; number++) {
        if (!span_cut(text, '\n', &line, &text)) {
            line = text;
            text = SPAN_NONE;
        }
        if (!take_line(&parse, line, err))
            return err_add(err, "line %d", number);
    }
    *out = (struct ini){parse.values, parse.count};
    return true;
}

bool ini_has(const struct ini *ini, struct span section) {
    for (size_t i = 0; i < ini->count; i++) {
        if (span_equal(ini->values[i].section, section))
            return true;
    }
    return false;
}

struct span ini_get_inner(const struct ini *ini, struct span section, struct span key,
                          struct span inner) {
    for (size_t i = ini->count; i-- > 0;) {
        const struct ini_value *value = &ini->values[i];
        if (value->key.data != NULL && span_equal(value->section, section) &&
            span_equal(value->key, key) && span_equal(value->inner, inner) &&
            (value->inner.data == NULL) == (inner.data == NULL))
            return value->value;
    }
    return SPAN_NONE;
}
