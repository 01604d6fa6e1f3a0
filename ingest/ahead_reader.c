#include "ingest/ahead_reader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct piece {
    size_t length;
    char bytes[AHEAD_PIECE_BYTES];
};

/* The pieces between the two threads, in a ring. Each is its thread's alone: the one behind the
 * full ones is being filled, the first full one is being given. */
struct ring {
    struct piece pieces[AHEAD_PIECES];
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    size_t first;  /* of the full ones */
    size_t full;   /* how many of them */
    bool ended;    /* the source is at its end or has failed: no more pieces */
    bool stopping; /* nobody wants more */
    bool failed;   /* set before `ended` */
    struct err failure;
};

struct ahead_reader {
    struct reader reader;
    struct reader *source; /* borrowed; the thread's while there is one */
    size_t alone;          /* bytes that may yet be read before a thread is started */
    struct ring *ring;     /* NULL while there is no thread */
    pthread_t thread;
    size_t given; /* of the first full piece */
};

/* ---- the thread ---- */

/* A piece to fill; NULL when nobody wants it. */
static struct piece *ring_empty_piece(struct ring *ring) {
    pthread_mutex_lock(&ring->lock);
    while (ring->full == AHEAD_PIECES && !ring->stopping)
        pthread_cond_wait(&ring->changed, &ring->lock);
    struct piece *piece =
        ring->stopping ? NULL : &ring->pieces[(ring->first + ring->full) % AHEAD_PIECES];
    pthread_mutex_unlock(&ring->lock);
    return piece;
}

static void ring_put(struct ring *ring, const struct piece *piece, bool ended) {
    pthread_mutex_lock(&ring->lock);
    ring->full += piece->length > 0;
    ring->ended = ended;
    pthread_cond_signal(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
}

/* False when there is no more behind it. */
static bool fill(struct ahead_reader *ahead, struct piece *piece) {
    struct ring *ring = ahead->ring;
    size_t length = 1;

    piece->length = 0;
    while (length > 0 && piece->length < AHEAD_PIECE_BYTES) {
        ring->failed = !reader_read(ahead->source, piece->bytes + piece->length,
                                    AHEAD_PIECE_BYTES - piece->length, &length, &ring->failure);
        if (ring->failed)
            return false;
        piece->length += length;
    }
    return length > 0;
}

static void *run(void *argument) {
    struct ahead_reader *ahead = argument;
    struct piece *piece;
    bool more = true;

    while (more && (piece = ring_empty_piece(ahead->ring)) != NULL) {
        more = fill(ahead, piece);
        ring_put(ahead->ring, piece, !more);
    }
    return NULL;
}

/* ---- the reader ---- */

/* The piece to be given; NULL at the end. */
static const struct piece *ring_full_piece(struct ring *ring) {
    pthread_mutex_lock(&ring->lock);
    while (ring->full == 0 && !ring->ended)
        pthread_cond_wait(&ring->changed, &ring->lock);
    const struct piece *piece = ring->full > 0 ? &ring->pieces[ring->first] : NULL;
    pthread_mutex_unlock(&ring->lock);
    return piece;
}

static void ring_take(struct ring *ring) {
    pthread_mutex_lock(&ring->lock);
    ring->first = (ring->first + 1) % AHEAD_PIECES;
    ring->full--;
    pthread_cond_signal(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
}

static bool read_ring(struct ahead_reader *ahead, char *out, size_t room, size_t *out_length,
                      struct err *err) {
    struct ring *ring = ahead->ring;
    const struct piece *piece = ring_full_piece(ring);

    if (piece == NULL && ring->failed) {
        *err = ring->failure;
        return false;
    }
    size_t left = piece != NULL ? piece->length - ahead->given : 0;
    size_t length = left < room ? left : room;
    if (length > 0)
        memcpy(out, piece->bytes + ahead->given, length);
    ahead->given += length;
    if (piece != NULL && length == left) {
        ahead->given = 0;
        ring_take(ring);
    }
    *out_length = length;
    return true;
}

static void ring_free(struct ring *ring) {
    if (ring == NULL)
        return;
    pthread_mutex_destroy(&ring->lock);
    pthread_cond_destroy(&ring->changed);
    free(ring);
}

static void start_thread(struct ahead_reader *ahead) {
    struct ring *ring = memory_new(1, sizeof(*ring));

    pthread_mutex_init(&ring->lock, NULL);
    pthread_cond_init(&ring->changed, NULL);
    ahead->ring = ring;
    if (pthread_create(&ahead->thread, NULL, run, ahead) == 0)
        return;
    ahead->ring = NULL;
    ring_free(ring);
}

static bool ahead_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                       struct err *err) {
    struct ahead_reader *ahead = (struct ahead_reader *)reader;

    if (ahead->ring != NULL)
        return read_ring(ahead, out, room, out_length, err);
    if (!reader_read(ahead->source, out, room, out_length, err))
        return false;
    if (ahead->alone == 0)
        return true;
    ahead->alone -= *out_length < ahead->alone ? *out_length : ahead->alone;
    if (ahead->alone == 0 && *out_length > 0)
        start_thread(ahead);
    return true;
}

struct ahead_reader *ahead_reader_open(struct reader *source) {
    struct ahead_reader *ahead = memory_new(1, sizeof(*ahead));

    *ahead =
        (struct ahead_reader){.reader = {ahead_read}, .source = source, .alone = AHEAD_FROM_BYTES};
    return ahead;
}

static void stop_thread(struct ahead_reader *ahead) {
    struct ring *ring = ahead->ring;

    pthread_mutex_lock(&ring->lock);
    ring->stopping = true;
    pthread_cond_signal(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
    pthread_join(ahead->thread, NULL);
}

void ahead_reader_close(struct ahead_reader *ahead) {
    if (ahead == NULL)
        return;
    if (ahead->ring != NULL)
        stop_thread(ahead);
    ring_free(ahead->ring);
    free(ahead);
}

struct reader *ahead_reader_reader(struct ahead_reader *ahead) {
    return &ahead->reader;
}
