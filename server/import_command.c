#include "server/import_command.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/utc.h"
#include "ingest/ingest.h"
#include "server/import_files.h"
#include "server/import_report.h"
#include "server/progress.h"

/* What the threads share. */
struct work {
    const struct settings *settings;
    struct store *store;
    struct import_files files;
    _Atomic(int64_t) bytes;
    pthread_mutex_t lock; /* of the rest, and of standard error */
    pthread_cond_t ended;
    size_t next;
    size_t running; /* threads */
    struct import_totals totals;
    struct progress progress;
};

/* Counts what passes, for the progress bar. */
struct counting_reader {
    struct reader reader;
    struct file_reader file;
    struct work *work;
};

static bool counting_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                          struct err *err) {
    struct counting_reader *self = (struct counting_reader *)reader;

    if (!reader_read(&self->file.reader, out, room, out_length, err))
        return false;
    atomic_fetch_add(&self->work->bytes, (int64_t)*out_length);
    return true;
}

static bool import_descriptor(struct work *work, int descriptor, const char *path,
                              struct arena *arena, struct receipt *out, struct err *err) {
    struct counting_reader body = {.reader = {counting_read}, .work = work};
    struct span source = strcmp(path, "-") == 0 ? SPAN("standard input") : span_of(path);

    /* The end of a path says more than its beginning. */
    if (source.length > LIMIT_SOURCE_BYTES)
        source = span_skip(source, source.length - LIMIT_SOURCE_BYTES);
    file_reader_init(&body.file, descriptor);
    const struct ingest_input input = {
        .body = &body.reader,
        .source = source,
        .max_inflated = work->settings->max_inflated,
    };
    return ingest_file(work->store, &input, arena, out, err);
}

static bool import_path(struct work *work, const char *path, struct arena *arena,
                        struct receipt *out, struct err *err) {
    if (strcmp(path, "-") == 0)
        return import_descriptor(work, STDIN_FILENO, path, arena, out, err);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return err_errno(err, "opening it");
    bool good = import_descriptor(work, descriptor, path, arena, out, err);
    close(descriptor);
    return good;
}

static size_t terminal_columns(void) {
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void write_out(struct buffer *text) {
    if (text->length > 0)
        fwrite(text->data, 1, text->length, stderr);
    buffer_clear(text);
}

static void report_failure(struct work *work, const char *path, const struct err *err) {
    struct buffer text;

    buffer_init(&text, 0);
    progress_hide(&work->progress, &text);
    /* The sentence names the place itself. */
    buffer_append_format(&text, "%s: %s\n", path, err->text);
    write_out(&text);
}

/* With the lock held. */
static void report_rejected(struct work *work, const char *path, const struct receipt *receipt,
                            struct span reason) {
    struct buffer text;

    buffer_init(&text, 0);
    progress_hide(&work->progress, &text);
    import_report_rejected(&work->totals, path, receipt->rejected, reason, &text);
    write_out(&text);
}

/* Without the lock. A reason that cannot be read is no reason to fail: the import is done. */
static struct span first_reason(const struct work *work, const struct receipt *receipt,
                                struct arena *arena) {
    struct rejection_page page;
    struct err err;

    if (receipt->rejected == 0 ||
        !store_list_rejections(work->store, receipt->id, -1, 1, arena, &page, &err) ||
        page.count == 0)
        return SPAN_NONE;
    return page.rejections[0].reason;
}

/* With the lock held, but for the import itself. */
static void import_next(struct work *work) {
    const char *path = work->files.files[work->next++].path;
    struct arena arena = {0};
    struct receipt receipt;
    struct err err;

    pthread_mutex_unlock(&work->lock);
    bool good = import_path(work, path, &arena, &receipt, &err);
    struct span reason = good ? first_reason(work, &receipt, &arena) : SPAN_NONE;
    pthread_mutex_lock(&work->lock);
    work->totals.files++;
    if (good) {
        import_totals_add(&work->totals, &receipt);
        if (receipt.rejected > 0)
            report_rejected(work, path, &receipt, reason);
    } else {
        work->totals.failed++;
        report_failure(work, path, &err);
    }
    arena_clear(&arena);
}

static void *run(void *argument) {
    struct work *work = argument;

    pthread_mutex_lock(&work->lock);
    while (work->next < work->files.count)
        import_next(work);
    work->running--;
    pthread_cond_signal(&work->ended);
    pthread_mutex_unlock(&work->lock);
    return NULL;
}

static void show_progress(struct work *work) {
    const struct progress_state state = {
        .files = work->totals.files,
        .files_total = (int64_t)work->files.count,
        .bytes = atomic_load(&work->bytes),
        .bytes_total = work->files.bytes,
        .records = work->totals.records,
    };
    struct buffer text;

    buffer_init(&text, 0);
    progress_show(&work->progress, &state, monotonic_ms(), terminal_columns(), &text);
    write_out(&text);
}

static void wait_a_little(struct work *work) {
    struct timespec end;

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += PROGRESS_TERMINAL_MS * 1000000L;
    end.tv_sec += end.tv_nsec / 1000000000L;
    end.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&work->ended, &work->lock, &end);
}

/* Starts the threads and shows how far they are until all have ended. */
static bool run_threads(struct work *work, struct err *err) {
    size_t wanted = (size_t)work->settings->jobs;
    size_t started = 0;
    struct buffer text;

    if (wanted > work->files.count)
        wanted = work->files.count;
    pthread_t *threads = memory_new(wanted + 1, sizeof(*threads));
    pthread_mutex_lock(&work->lock);
    while (started < wanted && pthread_create(&threads[started], NULL, run, work) == 0)
        started++;
    work->running = started;
    while (work->running > 0) {
        wait_a_little(work);
        show_progress(work);
    }
    pthread_mutex_unlock(&work->lock);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    buffer_init(&text, 0);
    progress_hide(&work->progress, &text);
    write_out(&text);
    return started > 0 || wanted == 0 || err_set(err, ERR_INTERNAL, "no thread could be started");
}

static void print_summary(const struct work *work, int64_t ms) {
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&text, 0);
    import_report_unnamed(&work->totals, &text);
    write_out(&text);
    import_report_summary(&work->totals, ms, &text);
    fwrite(text.data, 1, text.length, stdout);
    fflush(stdout);
}

static void init_work(struct work *work, const struct settings *settings) {
    pthread_condattr_t attributes;

    *work = (struct work){.settings = settings};
    pthread_mutex_init(&work->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&work->ended, &attributes);
    pthread_condattr_destroy(&attributes);
    progress_init(&work->progress, isatty(STDERR_FILENO) == 1, monotonic_ms());
}

static void clear_work(struct work *work) {
    import_files_clear(&work->files);
    store_close(work->store);
    pthread_cond_destroy(&work->ended);
    pthread_mutex_destroy(&work->lock);
}

/* A path that cannot be read is a file that failed; the others are imported. */
static void collect(struct work *work) {
    struct err err;

    for (size_t i = 0; i < work->settings->path_count; i++) {
        const char *path = work->settings->paths[i];
        if (!import_files_add(&work->files, path, &err)) {
            fprintf(stderr, "%s\n", err.text);
            work->totals.files++;
            work->totals.failed++;
        }
    }
    if (work->files.left_out > 0)
        fprintf(stderr, "left out %zu file%s without a log file's name, such as %s\n",
                work->files.left_out, work->files.left_out == 1 ? "" : "s",
                work->files.left_out_example);
    import_files_sort(&work->files);
}

static bool open_store(struct work *work, struct err *err) {
    const char *directory = work->settings->data;

    if (store_open(directory, &work->store, err))
        return true;
    if (err->kind == ERR_BUSY)
        err_set(err, ERR_BUSY,
                "another traild (a server or an import) has %.200s open; if it is the server, "
                "upload to it instead",
                directory);
    return false;
}

int import_command(const struct settings *settings) {
    struct work work;
    struct err err;

    log_silence();
    init_work(&work, settings);
    int64_t began_ms = monotonic_ms();
    collect(&work);
    bool good = open_store(&work, &err) && run_threads(&work, &err);
    if (good)
        print_summary(&work, monotonic_ms() - began_ms);
    else
        fprintf(stderr, "traild import: %s\n", err.text);
    good = good && work.totals.failed == 0;
    clear_work(&work);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
