#include "ingest/gunzip.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"

#define INPUT_BYTES ((size_t)64 * 1024)

/* zlib counts in unsigned int. */
#define OUTPUT_MAX ((size_t)1 << 30)

/* The largest window, and 16 more to say: a gzip header and trailer, nothing else. */
#define GZIP_ONLY (MAX_WBITS + 16)

enum state {
    AT_START,
    PLAIN,
    IN_MEMBER,
    DAMAGED, /* said when all that was inflated before has been given */
    BEHIND_MEMBER,
    IN_PADDING,
};

struct gunzip {
    struct reader reader;
    struct reader *source; /* borrowed */
    const char *name;      /* of the source; borrowed */
    enum state state;
    bool source_ended;
    z_stream zlib;        /* next_in and avail_in: what was read of the source and not yet used */
    int64_t bytes_read;   /* of the source */
    int64_t member_start; /* where in the source the member in hand begins */
    unsigned char input[INPUT_BYTES];
};

/* What zlib says of damage, what we say of it, and how far it has read behind the damage. */
static const struct damage {
    const char *zlib;
    const char *ours;
    int64_t behind;
} damages[] = {
    {"incorrect data check", "gzip checksum is wrong", 4},
    {"incorrect length check", "gzip length is wrong", 4},
    {"unknown compression method", "gzip header names an unknown compression method", 2},
    {"unknown header flags set", "gzip header has unknown flags", 1},
    {"header crc mismatch", "gzip header checksum is wrong", 0},
};

static int64_t position(const struct gunzip *gunzip) {
    return gunzip->bytes_read - (int64_t)gunzip->zlib.avail_in;
}

static bool damaged_at(const struct gunzip *gunzip, int64_t offset, const char *what,
                       struct err *err) {
    err_set(err, ERR_UNREADABLE, "%s at byte %" PRId64 " of %s", what, offset, gunzip->name);
    return err_at(err, offset, ERR_NO_POSITION);
}

static bool data_damaged(const struct gunzip *gunzip, struct err *err) {
    const char *zlib = gunzip->zlib.msg == NULL ? "" : gunzip->zlib.msg;
    char what[128];

    for (size_t i = 0; i < ARRAY_LENGTH(damages); i++) {
        if (strcmp(zlib, damages[i].zlib) == 0)
            return damaged_at(gunzip, position(gunzip) - damages[i].behind, damages[i].ours, err);
    }
    /* Only the first two bytes can give this; the first member's are known to be right. */
    if (strcmp(zlib, "incorrect header check") == 0)
        return damaged_at(gunzip, gunzip->member_start, "garbage behind the gzip data", err);
    snprintf(what, sizeof(what), "gzip data is damaged (%s)", zlib);
    return damaged_at(gunzip, position(gunzip), what, err);
}

/* Appends what the source has to the unused input; at least one byte unless the source has ended.
 */
static bool fill(struct gunzip *gunzip, struct err *err) {
    size_t length = 0;
    z_stream *zlib = &gunzip->zlib;

    memmove(gunzip->input, zlib->next_in, zlib->avail_in);
    zlib->next_in = gunzip->input;
    assert(zlib->avail_in < INPUT_BYTES);
    if (!reader_read(gunzip->source, (char *)gunzip->input + zlib->avail_in,
                     INPUT_BYTES - zlib->avail_in, &length, err))
        return false;
    zlib->avail_in += (uInt)length;
    gunzip->bytes_read += (int64_t)length;
    gunzip->source_ended = length == 0;
    return true;
}

/* After it, there is a byte in hand or the source has ended. */
static bool have_input(struct gunzip *gunzip, struct err *err) {
    return gunzip->zlib.avail_in > 0 || gunzip->source_ended || fill(gunzip, err);
}

static void use(struct gunzip *gunzip, size_t count) {
    gunzip->zlib.next_in += count;
    gunzip->zlib.avail_in -= (uInt)count;
}

static void begin_member(struct gunzip *gunzip) {
    int status = inflateReset(&gunzip->zlib);

    assert(status == Z_OK);
    (void)status;
    gunzip->member_start = position(gunzip);
    gunzip->state = IN_MEMBER;
}

static bool look_at_start(struct gunzip *gunzip, struct err *err) {
    struct span magic = GZIP_MAGIC;

    while (gunzip->zlib.avail_in < magic.length && !gunzip->source_ended) {
        if (!fill(gunzip, err))
            return false;
    }
    struct span begin = {(const char *)gunzip->zlib.next_in, gunzip->zlib.avail_in};
    if (span_starts_with(begin, magic))
        begin_member(gunzip);
    else
        gunzip->state = PLAIN;
    return true;
}

static bool pass_through(struct gunzip *gunzip, char *out, size_t room, size_t *out_length,
                         struct err *err) {
    size_t at_hand = gunzip->zlib.avail_in;

    if (at_hand == 0)
        return reader_read(gunzip->source, out, room, out_length, err);
    if (at_hand > room)
        at_hand = room;
    memcpy(out, gunzip->zlib.next_in, at_hand);
    use(gunzip, at_hand);
    *out_length = at_hand;
    return true;
}

/* Inflates what is in hand; perhaps nothing comes out of it yet. */
static size_t inflate_input(struct gunzip *gunzip, char *out, size_t room) {
    z_stream *zlib = &gunzip->zlib;

    zlib->next_out = (unsigned char *)out;
    zlib->avail_out = (uInt)(room < OUTPUT_MAX ? room : OUTPUT_MAX);
    int status = inflate(zlib, Z_NO_FLUSH);
    assert(status == Z_OK || status == Z_STREAM_END || status == Z_DATA_ERROR ||
           status == Z_BUF_ERROR);
    if (status == Z_STREAM_END)
        gunzip->state = BEHIND_MEMBER;
    else if (status == Z_DATA_ERROR)
        gunzip->state = DAMAGED;
    return (size_t)((char *)zlib->next_out - out);
}

static bool inflate_some(struct gunzip *gunzip, char *out, size_t room, size_t *out_length,
                         struct err *err) {
    if (gunzip->state == DAMAGED)
        return data_damaged(gunzip, err);
    if (!have_input(gunzip, err))
        return false;
    /* Without input, too: zlib may have kept some of the output back for want of room. */
    bool ended = gunzip->zlib.avail_in == 0;
    size_t length = inflate_input(gunzip, out, room);
    if (ended && length == 0 && gunzip->state == IN_MEMBER)
        return damaged_at(gunzip, gunzip->bytes_read, "gzip data is cut off", err);
    *out_length = length;
    return true;
}

/* Another member, or zeros up to the end (tapes and some tools pad with them), or nothing. */
static bool go_on_behind(struct gunzip *gunzip, bool *out_ended, struct err *err) {
    if (!have_input(gunzip, err))
        return false;
    *out_ended = gunzip->zlib.avail_in == 0;
    if (*out_ended)
        return true;
    unsigned char next = *gunzip->zlib.next_in;
    if (next == 0) {
        gunzip->state = IN_PADDING;
        use(gunzip, 1);
    } else if (gunzip->state == BEHIND_MEMBER && next == (unsigned char)GZIP_MAGIC.data[0]) {
        begin_member(gunzip);
    } else {
        return damaged_at(gunzip, position(gunzip), "garbage behind the gzip data", err);
    }
    return true;
}

static bool inflate_read(struct gunzip *gunzip, char *out, size_t room, size_t *out_length,
                         struct err *err) {
    bool ended = false;
    size_t length = 0;

    while (length == 0 && !ended) {
        bool behind = gunzip->state == BEHIND_MEMBER || gunzip->state == IN_PADDING;
        bool good = behind ? go_on_behind(gunzip, &ended, err)
                           : inflate_some(gunzip, out, room, &length, err);
        if (!good)
            return false;
    }
    *out_length = length;
    return true;
}

static bool gunzip_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                        struct err *err) {
    struct gunzip *gunzip = (struct gunzip *)reader;

    if (gunzip->state == AT_START && !look_at_start(gunzip, err))
        return false;
    if (gunzip->state == PLAIN)
        return pass_through(gunzip, out, room, out_length, err);
    return inflate_read(gunzip, out, room, out_length, err);
}

static voidpf allocate(voidpf opaque, uInt count, uInt size) {
    (void)opaque;
    return memory_new(count, size);
}

static void release(voidpf opaque, voidpf memory) {
    (void)opaque;
    free(memory);
}

struct gunzip *gunzip_open(struct reader *source, const char *name) {
    struct gunzip *gunzip = memory_new(1, sizeof(*gunzip));

    gunzip->reader = (struct reader){gunzip_read};
    gunzip->source = source;
    gunzip->name = name;
    gunzip->zlib.next_in = gunzip->input;
    gunzip->zlib.zalloc = allocate;
    gunzip->zlib.zfree = release;
    int status = inflateInit2(&gunzip->zlib, GZIP_ONLY);
    assert(status == Z_OK); /* memory cannot run out here, and the version was linked */
    (void)status;
    return gunzip;
}

void gunzip_close(struct gunzip *gunzip) {
    if (gunzip == NULL)
        return;
    inflateEnd(&gunzip->zlib);
    free(gunzip);
}

struct reader *gunzip_reader(struct gunzip *gunzip) {
    return &gunzip->reader;
}
