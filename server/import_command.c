#include "server/import_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utc.h"
#include "server/import_report.h"
#include "server/loader.h"
#include "server/progress.h"
#include "server/s3_loader.h"

struct work {
    struct loader loader; /* first: the loader's functions are given it */
    struct s3_loader s3;
    const struct settings *settings;
    struct import_files files;
    struct import_totals totals;
    int64_t s3_bytes; /* of imports from S3 that are over */
    struct progress progress;
};

static size_t terminal_columns(void) {
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void write_out(struct buffer *text) {
    if (text->length > 0)
        fwrite(text->data, 1, text->length, stderr);
    buffer_clear(text);
}

static void report_failure(struct work *work, struct span path, struct span reason) {
    struct buffer text;

    buffer_init(&text, 0);
    progress_hide(&work->progress, &text);
    import_report_failure(path, reason, &text);
    write_out(&text);
}

static void report_rejected(struct work *work, struct span path, const struct receipt *receipt,
                            struct span reason) {
    struct buffer text;

    buffer_init(&text, 0);
    progress_hide(&work->progress, &text);
    import_report_rejected(&work->totals, path, receipt->rejected, reason, &text);
    write_out(&text);
}

/* A reason that cannot be read is no reason to fail: the import is done. */
static struct span first_reason(const struct work *work, const struct receipt *receipt,
                                struct arena *arena) {
    struct rejection_page page;
    struct err err;

    if (!store_list_rejections(work->loader.store, receipt->id, -1, 1, arena, &page, &err) ||
        page.count == 0)
        return SPAN_NONE;
    return page.rejections[0].reason;
}

static void tell_rejected(struct work *work, struct span path, const struct receipt *receipt) {
    struct arena arena = {0};

    if (receipt->rejected > 0)
        report_rejected(work, path, receipt, first_reason(work, receipt, &arena));
    arena_clear(&arena);
}

static void file_done(struct loader *loader, const char *path, const struct receipt *receipt,
                      const struct err *err) {
    struct work *work = (struct work *)loader;

    work->totals.files++;
    if (receipt == NULL) {
        work->totals.failed++;
        report_failure(work, span_of(path), span_of(err->text));
        return;
    }
    import_totals_add(&work->totals, receipt);
    tell_rejected(work, span_of(path), receipt);
}

static void show(struct work *work, const struct progress_state *state) {
    struct buffer text;

    buffer_init(&text, 0);
    progress_show(&work->progress, state, monotonic_ms(), terminal_columns(), &text);
    write_out(&text);
}

static void show_progress(struct loader *loader) {
    struct work *work = (struct work *)loader;
    const struct progress_state state = {
        .files = work->totals.files,
        .files_total = (int64_t)work->files.count,
        .bytes = atomic_load(&loader->bytes),
        .bytes_total = work->files.bytes,
        .records = work->totals.records,
    };

    show(work, &state);
}

/* ---- what comes from S3 ---- */

static void say_waiting(struct work *work, struct span reason) {
    struct buffer text;

    buffer_init(&text, 0);
    progress_wait(&work->progress, reason, monotonic_ms(), terminal_columns(), &text);
    write_out(&text);
}

static void show_s3(void *context, const struct import_live *live) {
    struct work *work = context;
    const struct import_progress *progress = &live->progress;
    const struct progress_state state = {
        .files = work->totals.files + import_progress_files(progress),
        .files_total = work->totals.files + progress->files_listed,
        .bytes = work->s3_bytes + progress->bytes_done,
        .bytes_total = work->s3_bytes + progress->bytes_listed,
        .records = work->totals.records + progress->records,
        .growing = !live->listed,
    };

    if (live->waiting_for.length > 0)
        say_waiting(work, live->waiting_for);
    else
        show(work, &state);
}

static void s3_file_told(void *context, const struct receipt *file) {
    struct work *work = context;

    if (file->status == IMPORT_FAILED) {
        report_failure(work, file->source, file->error);
        return;
    }
    work->totals.rejecting_files++;
    tell_rejected(work, file->source, file);
}

static void report_import(struct work *work, const struct receipt *import) {
    struct buffer text;

    buffer_init(&text, 0);
    progress_hide(&work->progress, &text);
    import_report_skipped(import->source, import->skipped, &text);
    import_report_empty(import, settings_select(work->settings), &text);
    write_out(&text);
}

static void s3_import_done(void *context, const struct receipt *import) {
    struct work *work = context;

    import_totals_add_many(&work->totals, &import->progress);
    work->s3_bytes += import->progress.bytes_done;
    report_import(work, import);
    if (import->status == IMPORT_FAILED) {
        work->totals.failed++;
        report_failure(work, import->source, import->error);
    }
}

static bool load(struct work *work, struct err *err) {
    struct buffer text;

    work->loader.files = &work->files;
    bool good = loader_run(&work->loader, err);
    if (good && !s3_loader_is_empty(&work->s3))
        good = s3_loader_run(&work->s3, err);
    buffer_init(&text, 0);
    progress_hide(&work->progress, &text);
    write_out(&text);
    return good;
}

/* What came in no order of time at all is brought into some now, rather than while somebody waits
 * for a list; a server does the rest beside its work. What was imported is imported, whatever comes
 * of it. */
static void tidy(struct work *work) {
    struct tidy_report report = {.more = true};
    struct buffer text;
    struct err err;
    bool good = true;

    buffer_init(&text, 0);
    while (good && report.more) {
        progress_say(&work->progress, SPAN("merging blocks that overlap in time"),
                     terminal_columns(), &text);
        write_out(&text);
        good = store_tidy(work->loader.store, TIDY_WORST, NULL, &report, &err);
    }
    progress_hide(&work->progress, &text);
    if (!good)
        buffer_append_format(&text, "blocks cannot be merged; lists may be slow: %s\n", err.text);
    write_out(&text);
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
    *work = (struct work){.settings = settings};
    work->loader.max_inflated = settings->max_inflated;
    work->loader.threads = (size_t)settings->jobs;
    work->loader.done = file_done;
    work->loader.tick = show_progress;
    work->loader.tick_ms = PROGRESS_TERMINAL_MS;
    work->s3.settings = settings;
    work->s3.context = work;
    work->s3.tick = show_s3;
    work->s3.done = s3_import_done;
    work->s3.told = s3_file_told;
    progress_init(&work->progress, isatty(STDERR_FILENO) == 1, monotonic_ms());
}

static void clear_work(struct work *work) {
    import_files_clear(&work->files);
    s3_loader_clear(&work->s3);
    store_close(work->loader.store);
}

static bool add_path(struct work *work, const char *path, struct err *err) {
    if (span_starts_with(span_of(path), SPAN("s3://")))
        return s3_loader_add(&work->s3, span_of(path), err);
    return import_files_add(&work->files, path, err);
}

/* A path that cannot be read is a file that failed; the others are imported. */
static void collect(struct work *work) {
    struct err err;

    for (size_t i = 0; i < work->settings->path_count; i++) {
        if (!add_path(work, work->settings->paths[i], &err)) {
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

    if (store_open(directory, &work->loader.store, err)) {
        work->s3.store = work->loader.store;
        return true;
    }
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
    bool good = open_store(&work, &err) && load(&work, &err);
    if (good)
        tidy(&work);
    if (good)
        print_summary(&work, monotonic_ms() - began_ms);
    else
        fprintf(stderr, "traild import: %s\n", err.text);
    if (work.s3.interrupted)
        fprintf(stderr, "traild import: interrupted; run it again to import the rest\n");
    good = good && work.totals.failed == 0 && !work.s3.interrupted;
    clear_work(&work);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
