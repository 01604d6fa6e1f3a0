/* Which files `traild import` reads, and in which order: directories are walked to their ends, and
 * CloudTrail's files come in the order in which AWS delivered them, so that what happened together
 * is stored together. */
#ifndef TRAILD_SERVER_IMPORT_FILES_H
#define TRAILD_SERVER_IMPORT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct import_file {
    char *path;    /* owned; "-" is standard input */
    int64_t bytes; /* 0: not known */
};

/* Zeroed to begin with. */
struct import_files {
    struct import_file *files; /* owned */
    size_t count;
    size_t capacity;
    int64_t bytes;          /* of all */
    size_t left_out;        /* files of directories that have no log file's name */
    char *left_out_example; /* owned; NULL when there are none */
};

/* A file, whatever its name, or the regular files below a directory that have a log file's name.
 * Links are followed to files, and to a directory only when it is named itself; folders whose name
 * begins with a dot are passed by. Fails when the path cannot be read. */
MUST_USE bool import_files_add(struct import_files *files, const char *path, struct err *err);

void import_files_sort(struct import_files *files);

void import_files_clear(struct import_files *files);

#endif
