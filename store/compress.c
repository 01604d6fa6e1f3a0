#define ZSTD_STATIC_LINKING_ONLY  /* ZSTD_c_forceAttachDict, ZSTD_c_format, ... */
#define ZDICT_STATIC_LINKING_ONLY /* ZDICT_trainFromBuffer_fastCover */
#include "store/compress.h"

#include <stdlib.h>
#include <string.h>
#include <zdict.h>
#include <zstd.h>

#include "base/memory.h"
#include "store/codec.h"

#define LEVEL               1
#define QUICK_LEVEL         (-5)
#define DICTIONARY_BYTES    ((size_t)512 * 1024)
#define DICTIONARY_HASH_LOG 16
#define TRAINING_MIN        256
#define INFLATED_MAX_BYTES  ((size_t)256 * 1024 * 1024) /* of one stored piece */

static void *or_stop(void *thing) {
    if (thing == NULL)
        abort(); /* zstd gives NULL only when memory is out */
    return thing;
}

/* zstd's own choice leaves most of so large a dictionary out of its table. */
static ZSTD_CDict *new_compressing(struct span bytes) {
    ZSTD_compressionParameters parameters = ZSTD_getCParams(LEVEL, bytes.length, bytes.length);

    parameters.hashLog = DICTIONARY_HASH_LOG;
    return ZSTD_createCDict_advanced(bytes.data, bytes.length, ZSTD_dlm_byRef, ZSTD_dct_fullDict,
                                     parameters, ZSTD_defaultCMem);
}

struct dictionary *dictionary_load(int64_t id, struct span bytes) {
    struct dictionary *dictionary = memory_new(1, sizeof(*dictionary));

    dictionary->id = id;
    dictionary->bytes = (struct span){memory_copy_text(bytes.data, bytes.length), bytes.length};
    dictionary->compress = new_compressing(dictionary->bytes);
    dictionary->decompress = ZSTD_createDDict_byReference(dictionary->bytes.data, bytes.length);
    if (dictionary->compress != NULL && dictionary->decompress != NULL)
        return dictionary;
    dictionary_free(dictionary);
    return NULL;
}

struct dictionary *dictionary_train(int64_t id, struct span samples, const size_t *lengths,
                                    size_t count) {
    if (count < TRAINING_MIN)
        return NULL;
    /* Fixed parameters: searching for better ones takes ten times as long and gains nothing on
     * records, which share long runs of text. */
    ZDICT_fastCover_params_t parameters = {
        .k = 2000, .d = 8, .f = 20, .accel = 1, .splitPoint = 1.0};
    parameters.zParams.compressionLevel = LEVEL;
    struct dictionary *dictionary = NULL;
    char *trained = memory_resize(NULL, DICTIONARY_BYTES, 1);
    size_t length = ZDICT_trainFromBuffer_fastCover(trained, DICTIONARY_BYTES, samples.data,
                                                    lengths, (unsigned)count, parameters);
    if (!ZDICT_isError(length))
        dictionary = dictionary_load(id, (struct span){trained, length});
    free(trained);
    return dictionary;
}

void dictionary_free(struct dictionary *dictionary) {
    if (dictionary == NULL)
        return;
    ZSTD_freeCDict(dictionary->compress);
    ZSTD_freeDDict(dictionary->decompress);
    free((void *)(uintptr_t)dictionary->bytes.data);
    free(dictionary);
}

void compressor_open(struct compressor *compressor, enum compression compression) {
    compressor->context = or_stop(ZSTD_createCCtx());
    ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_compressionLevel,
                           compression == COMPRESS_TO_KEEP ? LEVEL : QUICK_LEVEL);
    /* Frames over 16 KB would copy the dictionary's tables each time otherwise. */
    ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_forceAttachDict, ZSTD_dictForceAttach);
    /* A frame of a few records should not begin with ten bytes that all frames have. */
    ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_format, ZSTD_f_zstd1_magicless);
    ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_contentSizeFlag, 0);
    ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_dictIDFlag, 0);
    /* SQLite sums up nothing: without this, a byte that the disk changed, or one of the dictionary,
     * would be another record instead of a damaged one. */
    ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_checksumFlag, 1);
}

void compressor_close(struct compressor *compressor) {
    ZSTD_freeCCtx(compressor->context);
    compressor->context = NULL;
}

void compress(struct compressor *compressor, const struct dictionary *dictionary, struct span bytes,
              struct buffer *out) {
    size_t room = ZSTD_compressBound(bytes.length);

    encode_varint(out, bytes.length);
    char *place = buffer_reserve(out, room);
    ZSTD_CCtx_refCDict(compressor->context, dictionary == NULL ? NULL : dictionary->compress);
    size_t length = ZSTD_compress2(compressor->context, place, room, bytes.data, bytes.length);
    if (ZSTD_isError(length))
        abort(); /* the room is enough by zstd's word, so this is our mistake */
    out->length += length;
}

void decompressor_open(struct decompressor *decompressor) {
    decompressor->context = or_stop(ZSTD_createDCtx());
    ZSTD_DCtx_setParameter(decompressor->context, ZSTD_d_format, ZSTD_f_zstd1_magicless);
}

void decompressor_close(struct decompressor *decompressor) {
    ZSTD_freeDCtx(decompressor->context);
    decompressor->context = NULL;
}

bool decompress(struct decompressor *decompressor, const struct dictionary *dictionary,
                struct span bytes, struct arena *arena, struct span *out, struct err *err) {
    struct decoder decoder = {bytes, false};
    size_t length = decode_bounded(&decoder, INFLATED_MAX_BYTES);

    if (decoder.damaged)
        return err_set(err, ERR_INTERNAL, "a stored piece is damaged: no size");
    char *place = arena_allocate(arena, length);
    ZSTD_DCtx_refDDict(decompressor->context, dictionary == NULL ? NULL : dictionary->decompress);
    size_t got = ZSTD_decompressDCtx(decompressor->context, place, length, decoder.rest.data,
                                     decoder.rest.length);
    if (ZSTD_isError(got) || got != length)
        return err_set(err, ERR_INTERNAL, "a stored piece is damaged: %s",
                       ZSTD_isError(got) ? ZSTD_getErrorName(got) : "wrong size");
    *out = (struct span){place, length};
    return true;
}
