/* Writes a made-up organization's CloudTrail log files; the same options give the same bytes.
 *
 * arguments -> settings (corpus/arguments) -> files (corpus/delivery) -> disk (corpus/writer) */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "base/err.h"
#include "bench/corpus/arguments.h"
#include "bench/corpus/delivery.h"
#include "bench/corpus/writer.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

struct tally {
    uint64_t files;
    uint64_t records;
    uint64_t again;
};

static void count_file(struct tally *tally, const struct delivered_file *file) {
    tally->files++;
    tally->records += file->records;
    tally->again += file->again;
}

static bool write_file(struct writer *writer, const struct settings *settings,
                       const struct delivered_file *file, struct err *err) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/%s%s", settings->folder, file->path,
                          settings->level > 0 ? ".gz" : "");

    if (length >= (int)sizeof(path))
        return err_set(err, ERR_INVALID, "--out: the path is too long");
    return writer_open(writer, path, err) && writer_add(writer, file->text, err) &&
           writer_close(writer, err);
}

static bool write_many(struct writer *writer, const struct settings *settings,
                       struct delivery *delivery, struct tally *tally, struct err *err) {
    struct delivered_file file;

    while (delivery_next(delivery, &file)) {
        if (!write_file(writer, settings, &file, err))
            return false;
        count_file(tally, &file);
    }
    return true;
}

static bool write_one(struct writer *writer, const struct settings *settings,
                      struct delivery *delivery, struct tally *tally, struct err *err) {
    enum parcel_shape shape = settings->delivery.shape;
    CLEANUP(buffer_clear) struct buffer edge = {0};
    struct delivered_file file;

    parcel_head(shape, SPAN("111122223333"), &edge);
    if (!writer_open(writer, settings->one_file, err) ||
        !writer_add(writer, buffer_span(&edge), err))
        return false;
    edge.length = 0;
    while (delivery_next(delivery, &file)) {
        if (!writer_add(writer, buffer_span(&edge), err) || !writer_add(writer, file.text, err))
            return false;
        count_file(tally, &file);
        edge.length = 0;
        parcel_separator(shape, &edge);
    }
    edge.length = 0;
    parcel_tail(shape, &edge);
    return writer_add(writer, buffer_span(&edge), err) && writer_close(writer, err);
}

static void say_what_was_done(const struct tally *tally, const struct writer *writer) {
    fprintf(stderr,
            "%" PRIu64 " events and %" PRIu64 " again in %" PRIu64 " files: %" PRIu64
            " bytes, %" PRIu64 " written\n",
            tally->records - tally->again, tally->again, tally->files, writer->read,
            writer->written);
}

static bool generate(struct settings *settings, struct err *err) {
    struct tally tally = {0};
    struct writer writer;

    settings->delivery.bare = settings->one_file != NULL;
    if (settings->one_file != NULL && !span_ends_with(span_of(settings->one_file), SPAN(".gz")))
        settings->level = 0;
    writer_init(&writer, (int)settings->level);
    struct delivery *delivery = delivery_open(&settings->delivery);
    bool done = settings->one_file != NULL ? write_one(&writer, settings, delivery, &tally, err)
                                           : write_many(&writer, settings, delivery, &tally, err);
    if (done)
        say_what_was_done(&tally, &writer);
    delivery_close(delivery);
    writer_clear(&writer);
    return done;
}

int main(int argc, char **argv) {
    struct settings settings = settings_defaults();
    struct err err;

    (void)argc;
    if (!arguments_read(argv + 1, &settings, &err)) {
        fprintf(stderr, "generate: %s\n", err.text);
        return EXIT_USAGE;
    }
    if (settings.help) {
        arguments_usage(stdout);
        return 0;
    }
    if (!generate(&settings, &err)) {
        fprintf(stderr, "generate: %s\n", err.text);
        return EXIT_FAILED;
    }
    return 0;
}
