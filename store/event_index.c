#include "store/event_index.h"

#include "store/codec.h"

#define ENTRY_HASH_BYTES 7
#define ENTRY_HASH_MASK  ((UINT64_C(1) << 56) - 1)

struct entry {
    uint64_t hash; /* the lower 7 bytes */
    uint16_t row;
};

static bool next_entry(struct decoder *decoder, struct entry *out) {
    *out = (struct entry){0};
    if (decoder->rest.length == 0)
        return false;
    decode_fixed(decoder, &out->hash, ENTRY_HASH_BYTES);
    decode_fixed(decoder, &out->row, sizeof(out->row));
    return !decoder->damaged;
}

static unsigned bucket_of(uint64_t id_hash) {
    return (unsigned)(id_hash >> 56);
}

static bool entries_hold(struct span entries, uint64_t id_hash) {
    struct decoder decoder = {entries, false};
    struct entry entry;

    while (next_entry(&decoder, &entry)) {
        if (entry.hash == (id_hash & ENTRY_HASH_MASK))
            return true;
    }
    return false;
}

bool event_index_blocks(struct database *database, int64_t group, uint64_t id_hash,
                        uint32_t *out_mask, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_LIST_EVENT_IDS, err);
    uint32_t mask = 0;
    bool row = true;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, event_index_id(group, bucket_of(id_hash), 0));
    bind_integer(statement, 2, event_index_id(group, bucket_of(id_hash), GROUP_BLOCKS - 1));
    while (database_step(database, statement, &row, err) && row) {
        if (entries_hold(column_bytes(statement, 1), id_hash))
            mask |= UINT32_C(1) << (sqlite3_column_int64(statement, 0) % GROUP_BLOCKS);
    }
    *out_mask = mask;
    return !row;
}

/* The entries of one bucket of a block; none when the block has no id in it. */
static bool read_entries(struct database *database, const struct block *block, unsigned bucket,
                         sqlite3_stmt **out, bool *out_row, struct err *err) {
    *out = database_prepare(database, SQL_GET_EVENT_IDS, err);
    if (*out == NULL)
        return false;
    bind_integer(
        *out, 1,
        event_index_id(block->id / GROUP_BLOCKS, bucket, (unsigned)(block->id % GROUP_BLOCKS)));
    return database_step(database, *out, out_row, err);
}

bool event_index_rows(struct database *database, const struct block *block, uint64_t id_hash,
                      uint8_t *flags, struct err *err) {
    sqlite3_stmt *statement;
    struct entry entry;
    bool row;

    if (!read_entries(database, block, bucket_of(id_hash), &statement, &row, err))
        return false;
    if (!row)
        return true;
    struct decoder decoder = {column_bytes(statement, 0), false};
    while (next_entry(&decoder, &entry)) {
        if (entry.hash == (id_hash & ENTRY_HASH_MASK) && entry.row < block->rows)
            flags[entry.row] = 1;
    }
    sqlite3_reset(statement);
    return true;
}

bool event_index_read(struct database *database, const struct block *block, struct event_key *keys,
                      struct err *err) {
    for (unsigned bucket = 0; bucket < ID_BUCKETS; bucket++) {
        sqlite3_stmt *statement;
        struct entry entry;
        bool row;
        if (!read_entries(database, block, bucket, &statement, &row, err))
            return false;
        if (!row)
            continue;
        struct decoder decoder = {column_bytes(statement, 0), false};
        while (next_entry(&decoder, &entry)) {
            if (entry.row < block->rows)
                keys[entry.row].id_hash = (uint64_t)bucket << 56 | entry.hash;
        }
        sqlite3_reset(statement);
    }
    return true;
}
