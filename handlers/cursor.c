#include "handlers/cursor.h"

#include <string.h>

#include "base/buffer.h"
#include "base/base64.h"
#include "base/hash.h"

/* A version, six numbers, a check: 57 bytes are 76 characters without a bit to spare, so that
 * every character counts. Numbers are little-endian. */
#define VERSION       1
#define NUMBERS       6
#define CHECKED_BYTES (1 + NUMBERS * 8)
#define CURSOR_BYTES  (CHECKED_BYTES + 8)
#define CURSOR_TEXT   (CURSOR_BYTES / 3 * 4)
#define CHECK_SEED    UINT64_C(0x637572736f72)

_Static_assert(CURSOR_BYTES % 3 == 0, "base64 would leave bits over");

static void put_number(struct buffer *out, uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8)
        buffer_append_byte(out, (char)(uint8_t)(number >> shift));
}

static uint64_t get_number(const char *bytes) {
    uint64_t number = 0;

    for (size_t i = 8; i-- > 0;)
        number = number << 8 | (uint8_t)bytes[i];
    return number;
}

static uint64_t check_of(const char *bytes) {
    return hash_bytes((struct span){bytes, CHECKED_BYTES}, CHECK_SEED);
}

struct span cursor_encode(const struct cursor *cursor, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) bytes;
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&bytes, 0);
    buffer_init(&text, 0);
    buffer_append_byte(&bytes, VERSION);
    put_number(&bytes, cursor->list);
    put_number(&bytes, (uint64_t)cursor->after.import);
    put_number(&bytes, (uint64_t)cursor->after.time_ms);
    put_number(&bytes, cursor->after.hash);
    put_number(&bytes, (uint64_t)cursor->from_ms);
    put_number(&bytes, (uint64_t)cursor->to_ms);
    put_number(&bytes, check_of(bytes.data));
    base64url_encode(buffer_span(&bytes), &text);
    return arena_copy(arena, buffer_span(&text));
}

static struct cursor unpack(const char *bytes) {
    return (struct cursor){
        .list = get_number(bytes + 1),
        .after = {.import = (int64_t)get_number(bytes + 9),
                  .time_ms = (int64_t)get_number(bytes + 17),
                  .hash = get_number(bytes + 25)},
        .from_ms = (int64_t)get_number(bytes + 33),
        .to_ms = (int64_t)get_number(bytes + 41),
    };
}

bool cursor_decode(struct span text, uint64_t list, struct cursor *out, struct err *err) {
    struct buffer CLEANUP(buffer_clear) bytes;
    struct cursor cursor;

    buffer_init(&bytes, 0);
    if (text.length != CURSOR_TEXT || !base64url_decode(text, &bytes) ||
        bytes.length != CURSOR_BYTES || bytes.data[0] != VERSION ||
        get_number(bytes.data + CHECKED_BYTES) != check_of(bytes.data))
        return err_set(err, ERR_INVALID, "is damaged: take next_cursor as it was given");
    cursor = unpack(bytes.data);
    if (cursor.list != list)
        return err_set(err, ERR_INVALID,
                       "belongs to another list: filters, times and order must stay as they were");
    *out = cursor;
    return true;
}
