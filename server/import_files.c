#include "server/import_files.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "ingest/log_name.h"

static void add(struct import_files *files, const char *path, int64_t bytes) {
    if (files->count == files->capacity) {
        files->capacity = files->capacity == 0 ? 64 : files->capacity * 2;
        files->files = memory_resize(files->files, files->capacity, sizeof(*files->files));
    }
    files->files[files->count++] =
        (struct import_file){memory_copy_text(path, strlen(path)), bytes};
    files->bytes += bytes;
}

static void add_met(struct import_files *files, const char *path, int64_t bytes) {
    if (is_log_name(span_of(path))) {
        add(files, path, bytes);
        return;
    }
    files->left_out++;
    if (files->left_out_example == NULL)
        files->left_out_example = memory_copy_text(path, strlen(path));
}

/* A symbolic link met on the way: its file, if it is one. */
static void add_link(struct import_files *files, const char *path) {
    struct stat target;

    if (stat(path, &target) == 0 && S_ISREG(target.st_mode))
        add_met(files, path, target.st_size);
}

static bool add_entry(struct import_files *files, FTS *walk, FTSENT *entry, struct err *err) {
    switch (entry->fts_info) {
    case FTS_F:
        add_met(files, entry->fts_path, entry->fts_statp->st_size);
        return true;
    case FTS_D:
        if (entry->fts_level > 0 && entry->fts_name[0] == '.')
            (void)fts_set(walk, entry, FTS_SKIP);
        return true;
    case FTS_SL:
        add_link(files, entry->fts_path);
        return true;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        errno = entry->fts_errno;
        return err_errno(err, "reading %.300s", entry->fts_path);
    default:
        return true; /* directories themselves, sockets, pipes */
    }
}

static bool walk(struct import_files *files, const char *directory, struct err *err) {
    char *path = memory_copy_text(directory, strlen(directory));
    char *roots[] = {path, NULL};
    FTS *walk = fts_open(roots, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    bool good = walk != NULL || err_errno(err, "reading %.300s", directory);
    FTSENT *entry;

    while (good && (entry = fts_read(walk)) != NULL)
        good = add_entry(files, walk, entry, err);
    if (walk != NULL)
        fts_close(walk);
    free(path);
    return good;
}

bool import_files_add(struct import_files *files, const char *path, struct err *err) {
    struct stat status;

    if (strcmp(path, "-") == 0) {
        add(files, path, 0);
        return true;
    }
    if (stat(path, &status) != 0)
        return err_errno(err, "reading %.300s", path);
    if (S_ISDIR(status.st_mode))
        return walk(files, path, err);
    add(files, path, S_ISREG(status.st_mode) ? status.st_size : 0);
    return true;
}

/* Those with a time first. */
static int compare(const void *a, const void *b) {
    const struct import_file *first = a;
    const struct import_file *second = b;
    struct span first_time = delivery_time(span_of(first->path));
    struct span second_time = delivery_time(span_of(second->path));

    if (first_time.data == NULL || second_time.data == NULL) {
        int order = (first_time.data == NULL) - (second_time.data == NULL);
        return order != 0 ? order : strcmp(first->path, second->path);
    }
    int order = span_compare(first_time, second_time);
    return order != 0 ? order : strcmp(first->path, second->path);
}

void import_files_sort(struct import_files *files) {
    if (files->count > 1)
        qsort(files->files, files->count, sizeof(*files->files), compare);
}

void import_files_clear(struct import_files *files) {
    for (size_t i = 0; i < files->count; i++)
        free(files->files[i].path);
    free(files->files);
    free(files->left_out_example);
    *files = (struct import_files){0};
}
