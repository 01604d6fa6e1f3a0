#include "store/row_hashes.h"

#include <string.h>

_Static_assert(EVENT_ID_MASK == UINT64_MAX << (8 * HASH_LOWER_BYTES),
               "the upper bytes are those of the eventID");

static bool damaged(const struct row_hashes *hashes, struct err *err) {
    return err_set(err, ERR_INTERNAL, "the hashes of block %lld are damaged",
                   (long long)hashes->block->id);
}

static size_t upper_bytes(const struct row_hashes *hashes) {
    return hashes->block->rows * HASH_UPPER_BYTES;
}

bool row_hashes_open(struct row_hashes *hashes, struct database *database,
                     struct decompressor *decompressor, const struct block *block,
                     struct arena *arena, struct err *err) {
    *hashes = (struct row_hashes){database, decompressor, block, arena, NULL, SPAN_NONE};
    if (!database_open_blob(database, "part", part_id(block->id, PART_HASHES), &hashes->part, err))
        return false;
    if (blob_length(hashes->part) >= upper_bytes(hashes))
        return true;
    row_hashes_close(hashes);
    return damaged(hashes, err);
}

void row_hashes_close(struct row_hashes *hashes) {
    database_close_blob(&hashes->part);
}

static bool read_lower(struct row_hashes *hashes, struct err *err) {
    size_t from = upper_bytes(hashes);
    size_t length = blob_length(hashes->part) - from;
    char *packed = arena_allocate(hashes->arena, length);

    if (!database_read_blob(hashes->database, hashes->part, from, packed, length, err) ||
        !decompress(hashes->decompressor, NULL, (struct span){packed, length}, hashes->arena,
                    &hashes->lower, err))
        return false;
    return hashes->lower.length == hashes->block->rows * HASH_LOWER_BYTES || damaged(hashes, err);
}

bool row_hashes_get(struct row_hashes *hashes, size_t row, uint64_t *out, struct err *err) {
    char bytes[sizeof(*out)];

    if (hashes->lower.data == NULL && !read_lower(hashes, err))
        return false;
    if (!database_read_blob(hashes->database, hashes->part, row * HASH_UPPER_BYTES,
                            bytes + HASH_LOWER_BYTES, HASH_UPPER_BYTES, err))
        return false;
    memcpy(bytes, hashes->lower.data + row * HASH_LOWER_BYTES, HASH_LOWER_BYTES);
    memcpy(out, bytes, sizeof(bytes));
    return true;
}

bool row_hashes_match(struct row_hashes *hashes, uint64_t id_hash, uint8_t *flags,
                      struct err *err) {
    const char *wanted = (const char *)&id_hash + HASH_LOWER_BYTES;
    char *upper = arena_allocate(hashes->arena, upper_bytes(hashes));

    if (!database_read_blob(hashes->database, hashes->part, 0, upper, upper_bytes(hashes), err))
        return false;
    for (size_t row = 0; row < hashes->block->rows; row++)
        flags[row] = memcmp(upper + row * HASH_UPPER_BYTES, wanted, HASH_UPPER_BYTES) == 0;
    return true;
}
