/* The third step of a find: the records of what goes onto the page. */
#include "store/find.h"
#include "store/records.h"

/* Rows of one block, and for whom. */
struct group {
    const struct block *block;
    struct candidate **wanted;
    uint16_t *rows;
    struct span *records;
    size_t count;
};

static struct group gather(struct find *find, size_t from, size_t to) {
    struct candidate *candidates = find->best.candidates;
    struct arena *arena = &find->reader->scratch;
    struct group group = {
        .block = candidates[from].block,
        .wanted = arena_allocate(arena, (to - from) * sizeof(*group.wanted)),
        .rows = arena_allocate(arena, (to - from) * sizeof(*group.rows)),
        .records = arena_allocate(arena, (to - from) * sizeof(*group.records)),
    };

    for (size_t i = from; i < to; i++) {
        if (candidates[i].block != group.block)
            continue;
        group.wanted[group.count] = &candidates[i];
        group.rows[group.count++] = candidates[i].row;
    }
    return group;
}

static bool read_records(struct find *find, struct parts *parts, const struct group *group,
                         struct err *err) {
    struct reader_connection *reader = find->reader;
    const struct dictionary *dictionary =
        dictionaries_get(&find->store->dictionaries, group->block->dictionary);
    struct record_source source = {.cache = reader->parts};

    if (!parts_slots(parts, &source.slots, err))
        return false;
    frames_open(&source.frames, &reader->database, &reader->decompressor, dictionary, group->block);
    bool good = records_read(&source, group->rows, group->count, find->arena, group->records, err);
    frames_close(&source.frames);
    return good;
}

static bool fill_group(struct find *find, struct parts *parts, const struct group *group,
                       struct err *err) {
    struct column_view accounts;

    if (!read_records(find, parts, group, err) ||
        !parts_column(parts, ATTRIBUTE_ACCOUNT, &accounts, err))
        return false;
    for (size_t i = 0; i < group->count; i++) {
        struct span account = accounts.cells[column_view_id(&accounts, group->rows[i])];
        group->wanted[i]->record = group->records[i];
        group->wanted[i]->account = arena_copy(find->arena, account);
    }
    return true;
}

bool find_records(struct find *find, size_t from, size_t to, struct err *err) {
    bool good = true;

    for (size_t i = from; good && i < to; i++) {
        struct parts parts;
        if (find->best.candidates[i].record.data != NULL)
            continue;
        arena_reset(&find->reader->scratch);
        struct group group = gather(find, i, to);
        parts_open(&parts, find->reader, group.block);
        good = fill_group(find, &parts, &group, err);
        parts_close(&parts);
    }
    return good;
}
