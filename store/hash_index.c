#include "store/hash_index.h"

#include <string.h>

#include "base/buffer.h"
#include "store/codec.h"

#define BUCKETS      256
#define BUCKET_SHIFT 24

/* The tables. Of a hash `bytes` bytes are kept behind the one that is its bucket. */
static const struct {
    size_t bytes;
    enum sql add;
    enum sql list;
    enum sql drop;
} tables[] = {
    [INDEX_VALUES] = {2, SQL_ADD_PRESENCE, SQL_LIST_PRESENCE, SQL_DROP_PRESENCE},
    [INDEX_EVENT_IDS] = {3, SQL_ADD_EVENT_IDS, SQL_LIST_EVENT_IDS, SQL_DROP_EVENT_IDS},
};

static unsigned bucket_of(uint32_t hash) {
    return hash >> BUCKET_SHIFT;
}

/* What is kept of it. */
static uint32_t short_of(enum hash_index index, uint32_t hash) {
    unsigned bits = 8 * (unsigned)tables[index].bytes;

    return hash >> (BUCKET_SHIFT - bits) & ((UINT32_C(1) << bits) - 1);
}

static int64_t row_id(int64_t group, unsigned bucket, unsigned block_in_group) {
    return group << 13 | (int64_t)(bucket << 5 | block_in_group);
}

static int64_t row_of_block(int64_t block, unsigned bucket) {
    return row_id(block / GROUP_BLOCKS, bucket, (unsigned)(block % GROUP_BLOCKS));
}

/* ---- writing ---- */

static bool write_bucket(struct database *database, enum hash_index index, int64_t id,
                         struct span entries, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, tables[index].add, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, id);
    bind_bytes(statement, 2, entries);
    return database_run(database, statement, err);
}

bool hash_index_write(struct database *database, enum hash_index index, const uint32_t *hashes,
                      size_t count, int64_t block, struct err *err) {
    struct buffer entries = {0};
    bool good = true;

    for (size_t at = 0; good && at < count;) {
        unsigned bucket = bucket_of(hashes[at]);
        entries.length = 0;
        for (; at < count && bucket_of(hashes[at]) == bucket; at++) {
            uint32_t kept = short_of(index, hashes[at]);
            encode_fixed(&entries, &kept, tables[index].bytes);
        }
        good =
            write_bucket(database, index, row_of_block(block, bucket), buffer_span(&entries), err);
    }
    buffer_clear(&entries);
    return good;
}

bool hash_index_drop(struct database *database, enum hash_index index, int64_t block,
                     struct err *err) {
    for (unsigned bucket = 0; bucket < BUCKETS; bucket++) {
        sqlite3_stmt *statement = database_prepare(database, tables[index].drop, err);
        if (statement == NULL)
            return false;
        bind_integer(statement, 1, row_of_block(block, bucket));
        if (!database_run(database, statement, err))
            return false;
    }
    return true;
}

/* ---- reading ---- */

static bool entries_hold(struct span entries, size_t bytes, uint32_t wanted) {
    size_t low = 0;
    size_t high = entries.length / bytes;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t entry = 0;
        memcpy(&entry, entries.data + middle * bytes, bytes);
        if (entry == wanted)
            return true;
        if (entry < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool hash_index_blocks(struct database *database, enum hash_index index, int64_t group,
                       uint32_t hash, uint32_t *out_mask, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, tables[index].list, err);
    uint32_t wanted = short_of(index, hash);
    uint32_t mask = 0;
    bool row = true;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, row_id(group, bucket_of(hash), 0));
    bind_integer(statement, 2, row_id(group, bucket_of(hash), GROUP_BLOCKS - 1));
    while (database_step(database, statement, &row, err) && row) {
        if (entries_hold(column_bytes(statement, 1), tables[index].bytes, wanted))
            mask |= group_bit(sqlite3_column_int64(statement, 0));
    }
    *out_mask = mask;
    return !row;
}
