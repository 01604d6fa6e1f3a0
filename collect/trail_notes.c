#include "collect/trail_notes.h"

#include <string.h>

#include <jansson.h>

#include "aws/json_span.h"
#include "base/json_text.h"

static const char *word_of(size_t kind) {
    return kind == TRAIL_NOTE_ARCHIVED ? "archived" : key_kind_word((enum key_kind)kind);
}

static void set_example(struct trail_note *note, struct span text) {
    note->length = text.length < sizeof(note->example) ? text.length : sizeof(note->example);
    memcpy(note->example, text.data, note->length);
}

void trail_notes_add_object(struct trail_notes *notes, size_t kind, struct span key) {
    notes->kinds[kind].objects++;
    set_example(&notes->kinds[kind], key);
    notes->changed = true;
}

void trail_notes_add_folder(struct trail_notes *notes, size_t kind, struct span folder) {
    notes->kinds[kind].folders++;
    set_example(&notes->kinds[kind], folder);
    notes->changed = true;
}

void trail_notes_set_folders(struct trail_notes *notes, const struct trail_notes *counted) {
    for (size_t i = 0; i < TRAIL_NOTE_KINDS; i++) {
        struct trail_note *note = &notes->kinds[i];
        const struct trail_note *fresh = &counted->kinds[i];
        if (note->folders == fresh->folders)
            continue;
        note->folders = fresh->folders;
        if (fresh->length > 0)
            set_example(note, (struct span){fresh->example, fresh->length});
        notes->changed = true;
    }
}

struct span trail_notes_to_text(const struct trail_notes *notes, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) text = {0};

    buffer_append_byte(&text, '{');
    for (size_t i = 0; i < TRAIL_NOTE_KINDS; i++) {
        const struct trail_note *note = &notes->kinds[i];
        if (note->folders == 0 && note->objects == 0)
            continue;
        json_text_name(&text, word_of(i));
        buffer_append_byte(&text, '{');
        json_text_integer_member(&text, "folders", note->folders);
        json_text_integer_member(&text, "objects", note->objects);
        json_text_string_member(&text, "example", (struct span){note->example, note->length});
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
    *out = (struct trail_notes){0};
    if (text.data == NULL)
        return;

    json_auto_t *json = json_loadb(text.data, text.length, JSON_ALLOW_NUL, NULL);
    for (size_t i = 0; i < TRAIL_NOTE_KINDS; i++)
        read_note(json_object_get(json, word_of(i)), &out->kinds[i]);
}
