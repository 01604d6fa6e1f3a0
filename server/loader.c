#include "server/loader.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/condition.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "base/utc.h"
#include "ingest/ingest.h"

/* Bytes of a run of files: large enough for several blocks, smaller towards the end so that all
 * threads end together. */
#define RUN_MIN_BYTES ((int64_t)512 * 1024)
#define RUN_MAX_BYTES ((int64_t)16 * 1024 * 1024)

/* A file of this size at most is read whole, and known by its sum before it is taken apart. */
#define WHOLE_BYTES ((int64_t)4 * 1024 * 1024)

/* One thread's. */
struct lane {
    struct loader *loader;
    struct import_group *group;
    struct buffer whole; /* the file at hand, if it is small */
};

static void tell(struct loader *loader, const char *path, const struct receipt *receipt,
                 const struct err *err) {
    pthread_mutex_lock(&loader->lock);
    loader->done(loader, path, receipt, err);
    pthread_mutex_unlock(&loader->lock);
}

static void group_done(void *context, void *ticket, const struct receipt *receipt,
                       const struct err *err) {
    const struct import_file *file = ticket;

    tell(((struct lane *)context)->loader, file->path, receipt, err);
}

/* ---- one file ---- */

/* Counts what passes. */
struct counting_reader {
    struct reader reader;
    struct file_reader file;
    struct loader *loader;
};

static bool counting_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                          struct err *err) {
    struct counting_reader *self = (struct counting_reader *)reader;

    if (!reader_read(&self->file.reader, out, room, out_length, err))
        return false;
    atomic_fetch_add(&self->loader->bytes, (int64_t)*out_length);
    return true;
}

static bool import_body(struct lane *lane, struct import_file *file, struct reader *body,
                        const uint8_t *sha256, struct err *err) {
    bool standard_input = strcmp(file->path, "-") == 0;
    struct span source = standard_input ? SPAN("standard input") : span_of(file->path);
    struct arena arena = {0};
    struct receipt known;

    /* The end of a path says more than its beginning. */
    if (source.length > LIMIT_SOURCE_BYTES)
        source = span_skip(source, source.length - LIMIT_SOURCE_BYTES);
    const struct ingest_input input = {
        .body = body,
        .source = source,
        .max_inflated = lane->loader->max_inflated,
        .sha256 = sha256,
    };
    bool good = ingest_into(lane->loader->store, lane->group, &input, file, &arena, &known, err);
    if (good && known.id != 0)
        tell(lane->loader, file->path, &known, NULL);
    arena_clear(&arena);
    return good;
}

/* Reads to the end, or a byte more than a whole file may have. */
static bool read_whole(struct lane *lane, struct reader *reader, struct err *err) {
    struct buffer *whole = &lane->whole;
    size_t length = 1;

    whole->length = 0;
    while (length > 0 && whole->length <= (size_t)WHOLE_BYTES) {
        char *room = buffer_reserve(whole, (size_t)WHOLE_BYTES + 1 - whole->length);
        if (!reader_read(reader, room, (size_t)WHOLE_BYTES + 1 - whole->length, &length, err))
            return false;
        whole->length += length;
    }
    return true;
}

/* What was read and what follows it. */
struct joined_reader {
    struct reader reader;
    struct span_reader first;
    struct reader *rest;
};

static bool joined_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                        struct err *err) {
    struct joined_reader *self = (struct joined_reader *)reader;

    if (self->first.rest.length > 0)
        return reader_read(&self->first.reader, out, room, out_length, err);
    return reader_read(self->rest, out, room, out_length, err);
}

static bool import_whole(struct lane *lane, struct import_file *file, struct err *err) {
    uint8_t digest[SHA256_BYTES];
    struct span_reader body;

    sha256_of(buffer_span(&lane->whole), digest);
    span_reader_init(&body, buffer_span(&lane->whole));
    return import_body(lane, file, &body.reader, digest, err);
}

static bool import_descriptor(struct lane *lane, int descriptor, struct import_file *file,
                              struct err *err) {
    struct counting_reader counting = {.reader = {counting_read}, .loader = lane->loader};

    file_reader_init(&counting.file, descriptor);
    if (file->bytes > WHOLE_BYTES)
        return import_body(lane, file, &counting.reader, NULL, err);
    if (!read_whole(lane, &counting.reader, err))
        return false;
    if (lane->whole.length <= (size_t)WHOLE_BYTES)
        return import_whole(lane, file, err);
    struct joined_reader joined = {.reader = {joined_read}, .rest = &counting.reader};
    span_reader_init(&joined.first, buffer_span(&lane->whole));
    return import_body(lane, file, &joined.reader, NULL, err);
}

static bool import_file(struct lane *lane, struct import_file *file, struct err *err) {
    if (strcmp(file->path, "-") == 0)
        return import_descriptor(lane, STDIN_FILENO, file, err);
    int descriptor = open(file->path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return err_errno(err, "opening it");
    bool good = import_descriptor(lane, descriptor, file, err);
    close(descriptor);
    return good;
}

/* ---- runs of files ---- */

struct run {
    struct import_file *files;
    size_t count;
};

static struct run take_run(struct loader *loader) {
    struct run run = {0};
    int64_t bytes = 0;

    pthread_mutex_lock(&loader->lock);
    int64_t wanted = loader->bytes_left / (int64_t)(2 * loader->threads);
    wanted = wanted < RUN_MIN_BYTES ? RUN_MIN_BYTES : wanted;
    wanted = wanted > RUN_MAX_BYTES ? RUN_MAX_BYTES : wanted;
    run.files = loader->files->files + loader->next;
    while (loader->next < loader->files->count && (run.count == 0 || bytes < wanted)) {
        bytes += loader->files->files[loader->next++].bytes;
        run.count++;
    }
    loader->bytes_left -= bytes;
    pthread_mutex_unlock(&loader->lock);
    return run;
}

static void load_run(struct lane *lane, const struct run *run) {
    struct err err;

    for (size_t i = 0; i < run->count; i++) {
        if (!import_file(lane, &run->files[i], &err))
            tell(lane->loader, run->files[i].path, NULL, &err);
    }
}

/* What one run leaves goes with the next, unless it is enough for a block: the next lies elsewhere.
 * The files of a commit that fails have been told of. */
static void load(struct lane *lane) {
    struct run run = take_run(lane->loader);
    struct err ignored;

    while (run.count > 0) {
        load_run(lane, &run);
        run = take_run(lane->loader);
        if (run.count == 0 || import_group_fills_block(lane->group))
            (void)!import_group_commit(lane->group, &ignored);
    }
}

static void *run_lane(void *argument) {
    struct loader *loader = argument;
    struct lane lane = {.loader = loader};

    lane.group = import_group_begin(loader->store, group_done, &lane);
    load(&lane);
    import_group_abort(lane.group);
    buffer_clear(&lane.whole);
    pthread_mutex_lock(&loader->lock);
    loader->running--;
    pthread_cond_signal(&loader->ended);
    pthread_mutex_unlock(&loader->lock);
    return NULL;
}

/* ---- all of it ---- */

static void init(struct loader *loader) {
    pthread_mutex_init(&loader->lock, NULL);
    condition_init(&loader->ended);
    loader->bytes_left = loader->files->bytes;
    loader->next = 0;
    if (loader->threads > loader->files->count)
        loader->threads = loader->files->count;
}

static size_t start(struct loader *loader, pthread_t *threads) {
    size_t started = 0;

    while (started < loader->threads &&
           pthread_create(&threads[started], NULL, run_lane, loader) == 0)
        started++;
    return started;
}

bool loader_run(struct loader *loader, struct err *err) {
    init(loader);
    pthread_t *threads = memory_new(loader->threads + 1, sizeof(*threads));

    pthread_mutex_lock(&loader->lock);
    size_t started = start(loader, threads);
    loader->running = started;
    while (loader->running > 0) {
        condition_wait_until(&loader->ended, &loader->lock, monotonic_ms() + loader->tick_ms);
        loader->tick(loader);
    }
    pthread_mutex_unlock(&loader->lock);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    pthread_cond_destroy(&loader->ended);
    pthread_mutex_destroy(&loader->lock);
    return started > 0 || loader->threads == 0 ||
           err_set(err, ERR_INTERNAL, "no thread could be started");
}
