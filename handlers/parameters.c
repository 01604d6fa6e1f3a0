#include "handlers/parameters.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "base/percent.h"
#include "handlers/names.h"
#include "handlers/times.h"

/* The pieces of a query string, one by one; empty ones are skipped. */
static bool next_piece(struct span *rest, struct span *out) {
    while (rest->length > 0) {
        if (!span_cut(*rest, '&', out, rest)) {
            *out = *rest;
            *rest = SPAN("");
        }
        if (out->length > 0)
            return true;
    }
    return false;
}

static size_t count_pieces(struct span query) {
    struct span piece;
    size_t count = 0;

    while (next_piece(&query, &piece))
        count++;
    return count;
}

static const struct parameter *find_parameter(const struct parameter_list *accepted,
                                              struct span name) {
    for (; accepted != NULL; accepted = accepted->more) {
        for (size_t i = 0; i < accepted->count; i++) {
            if (span_equal(name, span_of(accepted->items[i].name)))
                return &accepted->items[i];
        }
    }
    return NULL;
}

/* Finds what the name means; `account.not` is `account`, negated. */
static bool recognise(struct span name, const struct parameter_list *accepted, struct argument *out,
                      struct err *err) {
    bool negated = span_ends_with(name, names_not);
    struct span plain = {name.data, name.length - (negated ? names_not.length : 0)};

    out->parameter = find_parameter(accepted, plain);
    if (out->parameter == NULL)
        return names_unknown(name, accepted, err);
    if (negated && (out->parameter->flags & PARAMETER_NEGATES) == 0)
        return err_set(err, ERR_INVALID, "has no .not form");
    out->negated = negated;
    return true;
}

static int longest_value(const struct parameter *parameter) {
    return (parameter->flags & PARAMETER_LONG) != 0 ? (int)LIMIT_TARGET_BYTES
                                                    : LIMIT_PARAMETER_BYTES;
}

static bool check_value(const struct argument *argument, const struct arguments *before,
                        struct err *err) {
    int longest = longest_value(argument->parameter);

    if ((argument->parameter->flags & PARAMETER_REPEATS) == 0 &&
        arguments_find(before, argument->parameter->name) != NULL)
        return err_set(err, ERR_INVALID, "may be given only once");
    if (argument->text.length == 0)
        return err_set(err, ERR_INVALID, "must not be empty");
    if (argument->text.length > (size_t)longest)
        return err_set(err, ERR_INVALID, "must not be longer than %d bytes", longest);
    return true;
}

static bool decode_piece(struct span piece, struct arena *arena, struct span *out_name,
                         struct span *out_value, struct err *err) {
    struct span name = piece;
    struct span value = SPAN("");

    (void)!span_cut(piece, '=', &name, &value);
    *out_name = name;
    *out_value = value;
    if (!percent_decode(name, PLUS_IS_SPACE, arena, out_name) ||
        !percent_decode(value, PLUS_IS_SPACE, arena, out_value))
        return err_set(err, ERR_INVALID,
                       "has a bad escape: behind %% must stand two hexadecimal digits");
    return true;
}

void parameters_take(struct span name, struct span value, const struct parameter_list *accepted,
                     const struct reading *reading, struct arguments *out, struct faults *faults) {
    struct argument argument = {.text = value};
    struct err err = {0};

    if (recognise(name, accepted, &argument, &err) && check_value(&argument, out, &err) &&
        argument.parameter->read(&argument, reading, &err))
        out->items[out->count++] = argument;
    else
        faults_add(faults, reading->arena, name, value, err.text);
}

static void read_piece(struct span piece, const struct parameter_list *accepted,
                       const struct reading *reading, struct arguments *out,
                       struct faults *faults) {
    struct err err = {0};
    struct span name;
    struct span value;

    if (decode_piece(piece, reading->arena, &name, &value, &err))
        parameters_take(name, value, accepted, reading, out, faults);
    else
        faults_add(faults, reading->arena, name, value, err.text);
}

void parameters_read(struct span query, const struct parameter_list *accepted,
                     const struct reading *reading, struct arguments *out, struct faults *faults) {
    size_t pieces = count_pieces(query);
    struct span piece;

    *out = (struct arguments){0};
    if (pieces > LIMIT_PARAMETERS) {
        struct span text =
            arena_format(reading->arena, "more than %d parameters were given", LIMIT_PARAMETERS);
        faults_add(faults, reading->arena, SPAN("(all)"), SPAN_NONE, text.data);
        return;
    }
    out->items = arena_new(reading->arena, pieces, sizeof(*out->items));
    while (next_piece(&query, &piece))
        read_piece(piece, accepted, reading, out, faults);
}

const struct argument *arguments_find(const struct arguments *arguments, const char *name) {
    for (size_t i = 0; i < arguments->count; i++) {
        if (span_equal(span_of(arguments->items[i].parameter->name), span_of(name)))
            return &arguments->items[i];
    }
    return NULL;
}

int64_t arguments_number(const struct arguments *arguments, const char *name, int64_t otherwise) {
    const struct argument *argument = arguments_find(arguments, name);

    return argument != NULL ? argument->number : otherwise;
}

bool read_limit(struct argument *argument, const struct reading *reading, struct err *err) {
    (void)reading;
    if (!span_to_integer(argument->text, &argument->number) || argument->number < 1 ||
        argument->number > LIMIT_PAGE)
        return err_set(err, ERR_INVALID, "must be 1 to %d", LIMIT_PAGE);
    return true;
}

bool read_time(struct argument *argument, const struct reading *reading, struct err *err) {
    return times_read(argument->text, reading->now_ms, &argument->number, err);
}

bool read_word(struct argument *argument, const struct reading *reading, struct err *err) {
    const char *const *words = argument->parameter->words;

    (void)reading;
    for (size_t i = 0; words[i] != NULL; i++) {
        if (span_equal(argument->text, span_of(words[i]))) {
            argument->number = (int64_t)i;
            return true;
        }
    }
    return names_choice(words, err);
}

bool read_anything(struct argument *argument, const struct reading *reading, struct err *err) {
    (void)argument;
    (void)reading;
    (void)err;
    return true;
}
