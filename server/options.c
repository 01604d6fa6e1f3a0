#include "server/options.h"

#include <stdint.h>
#include <stdio.h>

#include "base/limits.h"

#define SERVE      COMMAND_SERVE
#define IMPORT     COMMAND_IMPORT
#define AT(member) offsetof(struct settings, member)
#define HOUR_MS    INT64_C(3600000)

const struct option options[] = {
    {SERVE | IMPORT,
     "data",
     "TRAILD_DATA",
     "DIR",
     NULL,
     "required",
     VALUE_TEXT,
     {0, 0},
     AT(data),
     "the directory that holds the events; made when it is missing"},
    {SERVE,
     "listen",
     "TRAILD_LISTEN",
     "HOST:PORT",
     "127.0.0.1:8080",
     NULL,
     VALUE_LISTEN,
     {0, 0},
     AT(listen),
     "where to listen: loopback only; port 0 takes any free port"},
    {SERVE,
     "host",
     "TRAILD_HOST",
     "NAME,...",
     NULL,
     "none",
     VALUE_HOSTS,
     {0, 0},
     AT(hosts),
     "names that clients may use for it besides IP addresses and names without a dot"},
    {SERVE,
     "max-upload",
     "TRAILD_MAX_UPLOAD",
     "SIZE",
     "2G",
     NULL,
     VALUE_SIZE,
     {1, INT64_MAX},
     AT(max_upload),
     "largest body of an upload, as sent"},
    {SERVE | IMPORT,
     "max-inflated",
     "TRAILD_MAX_INFLATED",
     "SIZE",
     "8G",
     NULL,
     VALUE_SIZE,
     {1, INT64_MAX},
     AT(max_inflated),
     "largest log file, unpacked"},
    {IMPORT,
     "jobs",
     "TRAILD_JOBS",
     "N",
     NULL,
     "one for each core, at most 8",
     VALUE_COUNT,
     {1, 64},
     AT(jobs),
     "files to read at the same time"},
    {SERVE,
     "threads",
     "TRAILD_THREADS",
     "N",
     NULL,
     "one for each core",
     VALUE_COUNT,
     {1, 256},
     AT(threads),
     "threads that talk to clients"},
    {SERVE,
     "workers",
     "TRAILD_WORKERS",
     "N",
     NULL,
     "one for each core, at least 4",
     VALUE_COUNT,
     {1, 256},
     AT(workers),
     "threads for what takes long: uploads and wide searches"},
    {SERVE,
     "queue",
     "TRAILD_QUEUE",
     "N",
     "64",
     NULL,
     VALUE_COUNT,
     {1, 100000},
     AT(queue),
     "uploads, and as many searches, that may wait for a worker; others get 503"},
    {SERVE,
     "connections",
     "TRAILD_CONNECTIONS",
     "N",
     NULL,
     "125 for each thread, which is the most",
     VALUE_COUNT,
     {1, 256 * CONNECTIONS_PER_THREAD},
     AT(connections),
     "open connections; further ones wait"},
    {SERVE,
     "connections-per-address",
     "TRAILD_CONNECTIONS_PER_ADDRESS",
     "N",
     "0",
     NULL,
     VALUE_COUNT,
     {0, 100000},
     AT(connections_per_address),
     "open connections of one client address; 0: no limit of its own"},
    {SERVE,
     "header-timeout",
     "TRAILD_HEADER_TIMEOUT",
     "TIME",
     "10s",
     NULL,
     VALUE_DURATION,
     {1, HOUR_MS},
     AT(header_timeout_ms),
     "for a new connection to send its request line and headers"},
    {SERVE,
     "transfer-timeout",
     "TRAILD_TRANSFER_TIMEOUT",
     "TIME",
     "20s",
     NULL,
     VALUE_DURATION,
     {1, HOUR_MS},
     AT(transfer_timeout_ms),
     "how long a body or an answer may move more slowly than --min-rate"},
    {SERVE,
     "min-rate",
     "TRAILD_MIN_RATE",
     "SIZE",
     "1K",
     NULL,
     VALUE_SIZE,
     {0, GIB},
     AT(min_rate),
     "bytes a second below which a transfer is slow"},
    {SERVE,
     "idle-timeout",
     "TRAILD_IDLE_TIMEOUT",
     "TIME",
     "75s",
     NULL,
     VALUE_DURATION,
     {1, HOUR_MS},
     AT(idle_timeout_ms),
     "from an answer to the next request on the same connection"},
    {SERVE,
     "drain-timeout",
     "TRAILD_DRAIN_TIMEOUT",
     "TIME",
     "30s",
     NULL,
     VALUE_DURATION,
     {0, HOUR_MS},
     AT(drain_timeout_ms),
     "for running requests to end when the service is stopped"},
};

const size_t option_count = ARRAY_LENGTH(options);

bool option_is_of(const struct option *option, enum command command) {
    return (option->commands & command) != 0;
}

const struct option *option_find(enum command command, struct span name) {
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (option_is_of(&options[i], command) && span_equal(name, span_of(options[i].name)))
            return &options[i];
    }
    return NULL;
}

static void describe(const struct option *option, struct buffer *out) {
    char usage[64];

    snprintf(usage, sizeof(usage), "--%s %s", option->name, option->placeholder);
    buffer_append_format(out, "  %-32s%s\n", usage, option->help);
    buffer_append_format(out, "  %-32s[%s%s; %s]\n", "", option->fallback != NULL ? "default " : "",
                         option->fallback != NULL ? option->fallback : option->meaning,
                         option->variable);
}

void options_describe(enum command command, struct buffer *out) {
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (option_is_of(&options[i], command))
            describe(&options[i], out);
    }
}
