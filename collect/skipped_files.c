#include "collect/skipped_files.h"

#include <jansson.h>

#include "aws/json_span.h"
#include "base/buffer.h"
#include "base/json_text.h"
#include "base/macros.h"

static struct skipped_kind *find(const struct skipped_files *files, struct span kind) {
    for (size_t i = 0; i < files->count; i++) {
        if (span_equal(files->kinds[i].kind, kind))
            return &files->kinds[i];
    }
    return NULL;
}

static struct skipped_kind *append(struct skipped_files *files, struct span kind,
                                   struct span example) {
    struct arena *arena = &files->arena;

    files->kinds = arena_grow(arena, files->kinds, files->count, sizeof(*files->kinds));
    files->kinds[files->count] = (struct skipped_kind){
        .kind = arena_copy(arena, kind),
        .example = arena_copy(arena, example),
    };
    return &files->kinds[files->count++];
}

struct span skipped_files_add(struct skipped_files *files, struct span kind, struct span key) {
    struct skipped_kind *found = find(files, kind);

    if (found == NULL)
        found = append(files, kind, key);
    found->objects++;
    return found->kind;
}

struct span skipped_files_to_text(const struct skipped_files *files, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) text = {0};

    buffer_append_byte(&text, '{');
    for (size_t i = 0; i < files->count; i++) {
        const struct skipped_kind *kind = &files->kinds[i];
        json_text_next(&text);
        json_text_string(&text, kind->kind);
        buffer_append_text(&text, ":{");
        json_text_integer_member(&text, "objects", kind->objects);
        json_text_string_member(&text, "example", kind->example);
        buffer_append_byte(&text, '}');
    }
    buffer_append_byte(&text, '}');
    return arena_copy(arena, buffer_span(&text));
}

static void read_kind(const char *kind, const json_t *json, struct skipped_files *files) {
    const json_t *example = json_object_get(json, "example");
    int64_t objects = json_integer_value(json_object_get(json, "objects"));

    if (objects > 0 && json_is_string(example))
        append(files, span_of(kind), json_span(example))->objects = objects;
}

void skipped_files_from_text(struct span text, struct skipped_files *out) {
    const char *kind;
    json_t *value;

    *out = (struct skipped_files){0};
    if (text.data == NULL)
        return;

    json_auto_t *json = json_loadb(text.data, text.length, JSON_ALLOW_NUL, NULL);
    json_object_foreach(json, kind, value) {
        read_kind(kind, value, out);
    }
}

void skipped_files_clear(struct skipped_files *files) {
    arena_clear(&files->arena);
    *files = (struct skipped_files){0};
}
