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

static struct cached_part *pack_frame(struct part_cache *cache, const struct span *records,
                                      size_t count) {
    size_t text = 0;

    for (size_t i = 0; i < count; i++)
        text += records[i].length;
    struct cached_part *part = part_new(cache, count * sizeof(*records) + text);
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

/* ---- records ---- */

/* Those of one frame. */
static void copy_records(const struct wanted *wanted, size_t count, const struct span *records,
                         struct arena *arena, struct span *out) {
    for (size_t i = 0; i < count; i++)
        out[wanted[i].place] = arena_copy(arena, records[wanted[i].slot % FRAME_RECORDS]);
}

/* Most frames are looked at once, others, such as the newest, again and again: those are kept. */
static void leave_in_cache(struct record_source *source, unsigned number,
                           const struct span *records, size_t count) {
    int64_t block = source->frames.block->id;

    if (source->cache == NULL || !part_cache_worth(source->cache, block, number))
        return;
    struct cached_part *part = pack_frame(source->cache, records, count);
    part_cache_give_back(part_cache_add(source->cache, block, number, part));
}

static bool read_frame(struct record_source *source, const struct wanted *wanted, size_t count,
                       struct arena *arena, struct span *out, struct err *err) {
    const struct block *block = source->frames.block;
    size_t frame = wanted[0].slot / FRAME_RECORDS;
    unsigned number = PART_FRAMES + (unsigned)frame;
    struct cached_part *part =
        source->cache == NULL ? NULL : part_cache_take(source->cache, block->id, number);
    struct span records[FRAME_RECORDS];

    if (part != NULL) {
        copy_records(wanted, count, part->records, arena, out);
        part_cache_give_back(part);
        return true;
    }
    if (!frames_read(&source->frames, frame, records, err))
        return false;
    leave_in_cache(source, number, records, frame_records(block, frame));
    copy_records(wanted, count, records, arena, out);
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
