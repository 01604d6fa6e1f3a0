#include "store/frames.h"

void frames_open(struct frames *frames, struct database *database,
                 struct decompressor *decompressor, const struct dictionary *dictionary,
                 const struct block *block) {
    *frames = (struct frames){.database = database,
                              .decompressor = decompressor,
                              .dictionary = dictionary,
                              .block = block,
                              .chunk_number = SIZE_MAX};
}

void frames_close(struct frames *frames) {
    database_close_blob(&frames->chunk);
    arena_clear(&frames->arena);
}

static size_t records_from(const struct block *block, size_t slot, size_t most) {
    size_t rest = block->rows - slot;

    return rest < most ? rest : most;
}

size_t frame_records(const struct block *block, size_t frame) {
    return records_from(block, frame * FRAME_RECORDS, FRAME_RECORDS);
}

static bool damaged(const struct frames *frames, struct err *err) {
    return err_set(err, ERR_INTERNAL, "the records of block %lld are damaged",
                   (long long)frames->block->id);
}

static size_t chunk_frames(const struct block *block, size_t chunk) {
    size_t records = records_from(block, chunk * CHUNK_RECORDS, CHUNK_RECORDS);

    return (records + FRAME_RECORDS - 1) / FRAME_RECORDS;
}

/* A chunk begins with the ends of its frames. */
static bool open_chunk(struct frames *frames, size_t number, struct err *err) {
    size_t head = chunk_frames(frames->block, number) * sizeof(frames->ends[0]);

    if (frames->chunk_number == number)
        return true;
    frames->chunk_number = SIZE_MAX;
    if (!database_open_blob(frames->database, "chunk", chunk_id(frames->block->id, number),
                            &frames->chunk, err))
        return false;
    if (blob_length(frames->chunk) < head)
        return damaged(frames, err);
    if (!database_read_blob(frames->database, frames->chunk, 0, frames->ends, head, err))
        return false;
    frames->chunk_number = number;
    return true;
}

static bool read_packed(struct frames *frames, size_t frame, struct span *out, struct err *err) {
    if (!open_chunk(frames, frame / CHUNK_FRAMES, err))
        return false;
    size_t number = frame % CHUNK_FRAMES;
    size_t head = chunk_frames(frames->block, frames->chunk_number) * sizeof(frames->ends[0]);
    size_t from = number == 0 ? 0 : frames->ends[number - 1];
    size_t to = frames->ends[number];
    if (from > to || to > blob_length(frames->chunk) - head)
        return damaged(frames, err);
    char *packed = arena_allocate(&frames->arena, to - from);
    *out = (struct span){packed, to - from};
    return database_read_blob(frames->database, frames->chunk, head + from, packed, to - from, err);
}

bool frames_read(struct frames *frames, size_t frame, struct span *out, struct err *err) {
    struct span packed;

    arena_reset(&frames->arena);
    if (!read_packed(frames, frame, &packed, err))
        return false;
    return frame_decode(packed, frame_records(frames->block, frame), frames->decompressor,
                        frames->dictionary, &frames->arena, out, err) ||
           err_add(err, "block %lld", (long long)frames->block->id);
}
