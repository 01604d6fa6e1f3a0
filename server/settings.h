/* What a command was told: its options from the command line, else from the environment, else their
 * defaults (server/options.h), and its paths. Of an option that is given twice the last counts, or
 * both where it may be given several times. */
#ifndef TRAILD_SERVER_SETTINGS_H
#define TRAILD_SERVER_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "server/listener.h"

enum command {
    COMMAND_SERVE = 1,
    COMMAND_IMPORT = 2,
};

/* MHD's epoll loop stalls when 128 descriptors of one thread are ready at once; a thread has two of
 * its own. */
#define CONNECTIONS_PER_THREAD 125

/* Values of an option that may be given several times. */
struct text_list {
    char **texts; /* owned, each of them too */
    size_t count;
};

struct settings {
    struct listen_address listen;
    const char *data;  /* borrowed from the arguments or the environment */
    const char *hosts; /* names between commas, or NULL; borrowed, too */
    int64_t max_upload;
    int64_t max_inflated;
    int64_t threads;
    int64_t workers;
    int64_t backlog;
    int64_t connections;
    int64_t connections_per_address;
    int64_t header_timeout_ms;
    int64_t transfer_timeout_ms;
    int64_t min_rate; /* bytes a second */
    int64_t idle_timeout_ms;
    int64_t drain_timeout_ms;
    int64_t jobs;
    struct text_list s3_allow;
    struct text_list follow;
    int64_t follow_interval_ms;
    struct text_list queues;     /* URLs */
    struct text_list sns_topics; /* ARNs */
    int64_t downloads;
    int64_t from_ms; /* these four for prefixes of S3, import only; -1: not given */
    int64_t to_ms;
    struct text_list accounts;
    struct text_list regions;
    bool help;          /* asked for; nothing else is checked then */
    const char **paths; /* import only; owned array of borrowed texts */
    size_t path_count;
};

/* `arguments` are those behind the command's name; `variable` is getenv or stands in for it. On
 * failure (ERR_INVALID) the sentence names the option and says what to do. */
MUST_USE bool settings_read(enum command command, char *const *arguments, size_t count,
                            char *(*variable)(const char *name), struct settings *out,
                            struct err *err);

/* Some files below prefixes of S3 are asked for, and others are not. */
bool settings_select(const struct settings *settings);

void settings_clear(struct settings *settings);

#endif
