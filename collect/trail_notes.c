#include "collect/trail_notes.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "aws/json_span.h"
#include "base/json_text.h"
#include "base/memory.h"

void trail_notes_clear(struct trail_notes *notes) {
    free(notes->kinds);
    *notes = (struct trail_notes){0};
}

static struct trail_note *find(const struct trail_notes *notes, struct span kind) {
    for (size_t i = 0; i < notes->count; i++) {
        if (span_equal(span_of(notes->kinds[i].kind), kind))
            return &notes->kinds[i];
    }
    return NULL;
}

static struct trail_note *append(struct trail_notes *notes, struct span kind) {
    struct trail_note *note;
    size_t length = kind.length < sizeof(note->kind) ? kind.length : sizeof(note->kind) - 1;

    notes->kinds = memory_resize(notes->kinds, notes->count + 1, sizeof(*notes->kinds));
    note = &notes->kinds[notes->count++];
    *note = (struct trail_note){0};
    memcpy(note->kind, kind.data, length);
    return note;
}

static struct trail_note *of_kind(struct trail_notes *notes, struct span kind) {
    struct trail_note *note = find(notes, kind);

    return note != NULL ? note : append(notes, kind);
}

static void set_example(struct trail_note *note, struct span text) {
    if (text.length == 0)
        return;
    note->length = text.length < sizeof(note->example) ? text.length : sizeof(note->example);
    memcpy(note->example, text.data, note->length);
}

static struct span example_of(const struct trail_note *note) {
    return (struct span){note->example, note->length};
}

static void add(struct trail_notes *notes, struct span kind, int64_t folders, int64_t objects,
                struct span example) {
    struct trail_note *note = of_kind(notes, kind);

    note->folders += folders;
    note->objects += objects;
    set_example(note, example);
    notes->changed = true;
}

void trail_notes_add_object(struct trail_notes *notes, struct span kind, struct span key) {
    add(notes, kind, 0, 1, key);
}

void trail_notes_add_folder(struct trail_notes *notes, struct span kind, struct span folder) {
    add(notes, kind, 1, 0, folder);
}

void trail_notes_add_objects(struct trail_notes *notes, const struct trail_notes *more) {
    for (size_t i = 0; i < more->count; i++) {
        const struct trail_note *note = &more->kinds[i];
        add(notes, span_of(note->kind), 0, note->objects, example_of(note));
    }
}

static void set_folders(struct trail_notes *notes, struct trail_note *note,
                        const struct trail_note *counted) {
    int64_t folders = counted == NULL ? 0 : counted->folders;

    if (note->folders == folders)
        return;
    note->folders = folders;
    if (counted != NULL)
        set_example(note, example_of(counted));
    notes->changed = true;
}

void trail_notes_set_folders(struct trail_notes *notes, const struct trail_notes *counted) {
    for (size_t i = 0; i < counted->count; i++)
        of_kind(notes, span_of(counted->kinds[i].kind));
    for (size_t i = 0; i < notes->count; i++)
        set_folders(notes, &notes->kinds[i], find(counted, span_of(notes->kinds[i].kind)));
}

struct span trail_notes_to_text(const struct trail_notes *notes, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) text = {0};

    buffer_append_byte(&text, '{');
    for (size_t i = 0; i < notes->count; i++) {
        const struct trail_note *note = &notes->kinds[i];
        if (note->folders == 0 && note->objects == 0)
            continue;
        json_text_name(&text, note->kind);
        buffer_append_byte(&text, '{');
        json_text_integer_member(&text, "folders", note->folders);
        json_text_integer_member(&text, "objects", note->objects);
        json_text_string_member(&text, "example", example_of(note));
        buffer_append_byte(&text, '}');
    }
    buffer_append_byte(&text, '}');
    return arena_copy(arena, buffer_span(&text));
}

static void read_note(const json_t *json, struct trail_note *note) {
    const json_t *example = json_object_get(json, "example");

    note->folders = json_integer_value(json_object_get(json, "folders"));
    note->objects = json_integer_value(json_object_get(json, "objects"));
    if (json_is_string(example))
        set_example(note, json_span(example));
}

void trail_notes_from_text(struct span text, struct trail_notes *out) {
    const char *kind;
    json_t *value;

    *out = (struct trail_notes){0};
    if (text.data == NULL)
        return;

    json_auto_t *json = json_loadb(text.data, text.length, JSON_ALLOW_NUL, NULL);
    json_object_foreach(json, kind, value) {
        read_note(value, of_kind(out, span_of(kind)));
    }
}
