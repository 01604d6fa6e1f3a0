/* zstd: plain pieces, and records with a trained dictionary. The only user of zstd, with its
 * dictionary builder. */
#ifndef TRAILD_STORE_COMPRESS_H
#define TRAILD_STORE_COMPRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"

/* A trained dictionary; immutable, so any thread may use it. */
struct dictionary {
    int64_t id;
    struct span bytes; /* owned */
    void *compress;    /* ZSTD_CDict */
    void *decompress;  /* ZSTD_DDict */
};

/* Trains one from samples, one behind the other; NULL when there are too few or they have nothing
 * in common. */
struct dictionary *dictionary_train(int64_t id, struct span samples, const size_t *lengths,
                                    size_t count);
/* From stored bytes, which are copied; NULL when they are damaged. */
struct dictionary *dictionary_load(int64_t id, struct span bytes);
void dictionary_free(struct dictionary *dictionary);

/* Working memory for one thread at a time. */
struct compressor {
    void *context; /* ZSTD_CCtx */
};

enum compression {
    COMPRESS_TO_KEEP, /* small, for what stays */
    COMPRESS_TO_PASS, /* quick, for what is written again soon */
};

void compressor_open(struct compressor *compressor, enum compression compression);
void compressor_close(struct compressor *compressor);
/* Appends. `dictionary` may be NULL. */
void compress(struct compressor *compressor, const struct dictionary *dictionary, struct span bytes,
              struct buffer *out);

struct decompressor {
    void *context; /* ZSTD_DCtx */
};

void decompressor_open(struct decompressor *decompressor);
void decompressor_close(struct decompressor *decompressor);
/* Into the arena. ERR_INTERNAL when the bytes are damaged. */
MUST_USE bool decompress(struct decompressor *decompressor, const struct dictionary *dictionary,
                         struct span bytes, struct arena *arena, struct span *out, struct err *err);

#endif
