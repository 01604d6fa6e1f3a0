#include "store/records.h"

#include <stdlib.h>
#include <string.h>

struct wanted {
    uint16_t slot;
    size_t place; /* in the caller's list */
};

static int compare_slots(const void *a, const void *b) {
    return (int)((const struct wanted *)a)->slot - (int)((const struct wanted *)b)->slot;
}

/* ---- frames ---- */

static struct cached_part *pack_frame(const struct span *records, size_t count) {
    size_t text = 0;

    for (size_t i = 0; i < count; i++)
        text += records[i].length;
    struct cached_part *part = part_new(count * sizeof(*records) + text);
    struct span *packed = (struct span *)part->bytes;
    char *at = part->bytes + count * sizeof(*records);
    for (size_t i = 0; i < count; i++) {
        packed[i] = (struct span){at, records[i].length};
        memcpy(at, records[i].data, records[i].length);
        at += records[i].length;
    }
    part->records = packed;
    return part;
}

static struct cached_part *hold_frame(struct record_source *source, size_t frame, struct err *err) {
    const struct block *block = source->frames.block;
    unsigned number = PART_FRAMES + (unsigned)frame;
    struct cached_part *part = part_cache_take(source->cache, block->id, number);
    struct span records[FRAME_RECORDS];

    if (part != NULL)
        return part;
    if (!frames_read(&source->frames, frame, records, err))
        return NULL;
    part = pack_frame(records, frame_records(block, frame));
    return part_cache_add(source->cache, block->id, number, part);
}

/* ---- records ---- */

/* Those of one frame. */
static void copy_records(const struct wanted *wanted, size_t count, const struct span *records,
                         struct arena *arena, struct span *out) {
    for (size_t i = 0; i < count; i++)
        out[wanted[i].place] = arena_copy(arena, records[wanted[i].slot % FRAME_RECORDS]);
}

static bool read_frame(struct record_source *source, const struct wanted *wanted, size_t count,
                       struct arena *arena, struct span *out, struct err *err) {
    size_t frame = wanted[0].slot / FRAME_RECORDS;

    if (source->cache == NULL) {
        struct span records[FRAME_RECORDS];
        if (!frames_read(&source->frames, frame, records, err))
            return false;
        copy_records(wanted, count, records, arena, out);
        return true;
    }
    struct cached_part *part = hold_frame(source, frame, err);
    if (part == NULL)
        return false;
    copy_records(wanted, count, part->records, arena, out);
    part_cache_give_back(source->cache, part);
    return true;
}

/* How many of the wanted, which are sorted, lie in the frame of the first one. */
static size_t in_one_frame(const struct wanted *wanted, size_t count) {
    size_t same = 1;

    while (same < count && wanted[same].slot / FRAME_RECORDS == wanted[0].slot / FRAME_RECORDS)
        same++;
    return same;
}

bool records_read(struct record_source *source, const uint16_t *rows, size_t count,
                  struct arena *arena, struct span *out, struct err *err) {
    const struct block *block = source->frames.block;
    struct wanted *wanted = arena_allocate(arena, count * sizeof(*wanted));

    for (size_t i = 0; i < count; i++) {
        wanted[i] = (struct wanted){source->slots[rows[i]], i};
        if (wanted[i].slot >= block->rows)
            return err_set(err, ERR_INTERNAL, "the slots of block %lld are damaged",
                           (long long)block->id);
    }
    qsort(wanted, count, sizeof(*wanted), compare_slots);
    for (size_t done = 0; done < count;) {
        size_t same = in_one_frame(wanted + done, count - done);
        if (!read_frame(source, wanted + done, same, arena, out, err))
            return false;
        done += same;
    }
    return true;
}
