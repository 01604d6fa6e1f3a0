#include "store/event_index.h"

#include "store/codec.h"

#define BUCKET_SHIFT 56
#define SHORT_SHIFT  32 /* behind the bucket, 24 bits are kept */
#define SHORT_BYTES  3
#define SHORT_MASK   ((UINT32_C(1) << (8 * SHORT_BYTES)) - 1)

static unsigned bucket_of(uint64_t hash) {
    return (unsigned)(hash >> BUCKET_SHIFT);
}

static uint32_t short_of(uint64_t hash) {
    return (uint32_t)(hash >> SHORT_SHIFT) & SHORT_MASK;
}

static int64_t row_id(int64_t block, unsigned bucket) {
    return event_index_id(block / GROUP_BLOCKS, bucket, (unsigned)(block % GROUP_BLOCKS));
}

/* ---- writing ---- */

static void append_entry(struct buffer *out, const struct index_entry *entry) {
    uint32_t kept = short_of(entry->hash);

    encode_fixed(out, &kept, SHORT_BYTES);
    encode_fixed(out, &entry->row, sizeof(entry->row));
}

static bool write_bucket(struct database *database, int64_t id, struct span bytes,
                         struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_ADD_EVENT_IDS, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, id);
    bind_bytes(statement, 2, bytes);
    return database_run(database, statement, err);
}

bool event_index_write(struct database *database, const struct index_entry *entries, size_t count,
                       int64_t block, struct err *err) {
    struct buffer bytes = {0};
    bool good = true;

    for (size_t at = 0; good && at < count;) {
        unsigned bucket = bucket_of(entries[at].hash);
        bytes.length = 0;
        for (; at < count && bucket_of(entries[at].hash) == bucket; at++)
            append_entry(&bytes, &entries[at]);
        good = write_bucket(database, row_id(block, bucket), buffer_span(&bytes), err);
    }
    buffer_clear(&bytes);
    return good;
}

/* ---- reading ---- */

/* The row of the next entry with this short hash; false behind the last one. */
static bool next_row(struct decoder *decoder, uint32_t wanted, uint16_t *out_row) {
    while (decoder->rest.length > 0 && !decoder->damaged) {
        uint32_t kept = 0;
        decode_fixed(decoder, &kept, SHORT_BYTES);
        decode_fixed(decoder, out_row, sizeof(*out_row));
        if (kept == wanted && !decoder->damaged)
            return true;
    }
    return false;
}

bool event_index_blocks(struct database *database, int64_t group, uint64_t id_hash,
                        uint32_t *out_mask, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_LIST_EVENT_IDS, err);
    uint32_t mask = 0;
    bool row = true;
    uint16_t any;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, event_index_id(group, bucket_of(id_hash), 0));
    bind_integer(statement, 2, event_index_id(group, bucket_of(id_hash), GROUP_BLOCKS - 1));
    while (database_step(database, statement, &row, err) && row) {
        struct decoder decoder = {column_bytes(statement, 1), false};
        if (next_row(&decoder, short_of(id_hash), &any))
            mask |= (uint32_t)group_bit(sqlite3_column_int64(statement, 0));
    }
    *out_mask = mask;
    return !row;
}

bool event_index_rows(struct database *database, const struct block *block, uint64_t id_hash,
                      uint8_t *flags, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_GET_EVENT_IDS, err);
    bool row;
    uint16_t number;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, row_id(block->id, bucket_of(id_hash)));
    if (!database_step(database, statement, &row, err))
        return false;
    if (!row)
        return true;
    struct decoder decoder = {column_bytes(statement, 0), false};
    while (next_row(&decoder, short_of(id_hash), &number)) {
        if (number < block->rows)
            flags[number] = 1;
    }
    sqlite3_reset(statement);
    return true;
}
