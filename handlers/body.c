#include "handlers/body.h"

#include <stdlib.h>

#include "aws/json_span.h"
#include "base/limits.h"

bool body_parse(struct span text, json_t **out, struct err *err) {
    json_error_t error;
    json_t *json = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, &error);

    if (json == NULL)
        return err_set(err, ERR_INVALID, "the body must be a JSON object: %s, in line %d",
                       error.text, error.line);
    if (!json_is_object(json)) {
        json_decref(json);
        return err_set(err, ERR_INVALID, "the body must be a JSON object");
    }
    *out = json;
    return true;
}

/* One object at work. */
struct members {
    const struct parameter_list *accepted;
    const struct reading *reading;
    struct arguments *out;
    struct faults *faults;
};

/* NULL: there is none of this name. */
static const struct parameter *find(const struct parameter_list *accepted, struct span name) {
    for (; accepted != NULL; accepted = accepted->more) {
        for (size_t i = 0; i < accepted->count; i++) {
            if (span_equal(name, span_of(accepted->items[i].name)))
                return &accepted->items[i];
        }
    }
    return NULL;
}

/* As it would be written, for showing it again. */
static struct span text_of(const json_t *value, struct arena *arena) {
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    struct span copy = arena_copy(arena, span_of(text != NULL ? text : ""));

    free(text);
    return copy;
}

static void take_text(struct members *members, struct span name, const json_t *value) {
    struct arena *arena = members->reading->arena;

    if (json_is_string(value)) {
        parameters_take(name, arena_copy(arena, json_span(value)), members->accepted,
                        members->reading, members->out, members->faults);
    } else if (json_is_integer(value)) {
        parameters_take(name, text_of(value, arena), members->accepted, members->reading,
                        members->out, members->faults);
    } else {
        faults_add(members->faults, arena, name, text_of(value, arena), "must be a text");
    }
}

/* Whatever its value is, its name is what is wrong. */
static void take_unknown(struct members *members, struct span name, const json_t *value) {
    struct arena *arena = members->reading->arena;
    struct span text = json_is_string(value) ? json_span(value) : text_of(value, arena);

    parameters_take(name, arena_copy(arena, text), members->accepted, members->reading,
                    members->out, members->faults);
}

static void take_list(struct members *members, struct span name, const json_t *value) {
    struct arena *arena = members->reading->arena;

    if (!json_is_array(value) || json_array_size(value) == 0) {
        faults_add(members->faults, arena, name, text_of(value, arena),
                   "must be a list of texts, at least one");
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++)
        take_text(members, name, json_array_get(value, i));
}

static size_t count_values(const json_t *object) {
    size_t count = 0;
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)object, key, value) count +=
        json_is_array(value) ? json_array_size(value) : 1;
    return count;
}

void body_read(const json_t *object, const struct parameter_list *accepted,
               const struct reading *reading, struct arguments *out, struct faults *faults) {
    struct members members = {accepted, reading, out, faults};
    size_t count = count_values(object);
    const char *key;
    json_t *value;

    *out = (struct arguments){0};
    if (count > LIMIT_BODY_VALUES) {
        struct span reason =
            arena_format(reading->arena, "more than %d values were given", LIMIT_BODY_VALUES);
        faults_add(faults, reading->arena, SPAN("(all)"), SPAN_NONE, reason.data);
        return;
    }
    out->items = arena_new(reading->arena, count, sizeof(*out->items));
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        struct span name = arena_copy(reading->arena, span_of(key));
        if (json_is_null(value))
            continue;
        const struct parameter *parameter = find(accepted, name);
        if (parameter == NULL)
            take_unknown(&members, name, value);
        else if ((parameter->flags & PARAMETER_REPEATS) != 0)
            take_list(&members, name, value);
        else
            take_text(&members, name, value);
    }
}
