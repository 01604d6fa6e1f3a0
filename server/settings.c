#include "server/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "server/value.h"

enum value_kind {
    VALUE_TEXT,
    VALUE_LISTEN,
    VALUE_SIZE,
    VALUE_DURATION,
    VALUE_COUNT,
};

struct option {
    unsigned commands; /* enum command, or-ed */
    const char *name;  /* without dashes */
    const char *variable;
    const char *placeholder;
    const char *fallback; /* as it would be typed; NULL: required, or worked out by fill_gaps */
    const char *meaning;  /* of a missing fallback */
    enum value_kind kind;
    struct value_range range;
    size_t offset; /* in struct settings */
    const char *help;
};

#define SERVE      COMMAND_SERVE
#define IMPORT     COMMAND_IMPORT
#define AT(member) offsetof(struct settings, member)
#define HOUR_MS    INT64_C(3600000)

static const struct option options[] = {
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
     "one for each core, at least 2",
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
     "requests that may wait for a worker; further ones get 503"},
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

static const char *command_name(enum command command) {
    return command == COMMAND_SERVE ? "serve" : "import";
}

static bool parse_value(const struct option *option, const char *text, struct settings *settings,
                        struct err *err) {
    void *place = (char *)settings + option->offset;
    struct span span = span_of(text);

    switch (option->kind) {
    case VALUE_LISTEN:
        return listen_address_parse(span, place, err);
    case VALUE_SIZE:
        return value_size(span, option->range, place, err);
    case VALUE_DURATION:
        return value_duration(span, option->range, place, err);
    case VALUE_COUNT:
        return value_count(span, option->range, place, err);
    case VALUE_TEXT:
        break;
    }
    if (span.length == 0)
        return err_set(err, ERR_INVALID, "must not be empty");
    memcpy(place, &text, sizeof(text));
    return true;
}

static bool takes(enum command command, const struct option *option) {
    return (option->commands & command) != 0;
}

static bool read_environment(enum command command, char *(*variable)(const char *name),
                             struct settings *settings, struct err *err) {
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        const struct option *option = &options[i];
        const char *text = variable(option->variable);
        if (!takes(command, option) || text == NULL)
            continue;
        if (!parse_value(option, text, settings, err))
            return err_add(err, "%s=%.100s in the environment", option->variable, text);
    }
    return true;
}

static void set_defaults(enum command command, struct settings *settings) {
    struct err err;

    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        const struct option *option = &options[i];
        if (!takes(command, option) || option->fallback == NULL)
            continue;
        bool good = parse_value(option, option->fallback, settings, &err);
        assert(good);
        (void)good;
    }
}

static bool unknown_option(enum command command, struct span name, struct err *err) {
    const char *names[ARRAY_LENGTH(options)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (takes(command, &options[i]))
            names[count++] = options[i].name;
    }
    const char *nearest = value_nearest(name, names, count);
    if (nearest != NULL)
        return err_set(err, ERR_INVALID, "unknown option --%.*s; did you mean --%s?",
                       SPAN_ARGS(name), nearest);
    return err_set(err, ERR_INVALID, "unknown option --%.*s; `traild help %s` lists them all",
                   SPAN_ARGS(name), command_name(command));
}

static const struct option *find_option(enum command command, struct span name) {
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (takes(command, &options[i]) && span_equal(name, span_of(options[i].name)))
            return &options[i];
    }
    return NULL;
}

/* What is left of the arguments while they are read. */
struct arguments {
    enum command command;
    char *const *next;
    char *const *end;
};

/* `text` is the argument without its two dashes. */
static bool read_option(struct arguments *arguments, const char *text, struct settings *settings,
                        struct err *err) {
    struct span name = span_of(text);
    struct span behind;
    const char *value = span_cut(name, '=', &name, &behind) ? behind.data : NULL;
    const struct option *option = find_option(arguments->command, name);

    if (option == NULL)
        return unknown_option(arguments->command, name, err);
    if (value == NULL) {
        if (arguments->next == arguments->end)
            return err_set(err, ERR_INVALID, "--%s needs a value: --%s %s", option->name,
                           option->name, option->placeholder);
        value = *arguments->next++;
    }
    if (!parse_value(option, value, settings, err))
        return err_add(err, "--%s %.100s", option->name, value);
    return true;
}

static bool take_path(enum command command, const char *path, struct settings *settings,
                      struct err *err) {
    if (command != COMMAND_IMPORT)
        return err_set(err, ERR_INVALID, "what is \"%.100s\"? traild serve takes options only",
                       path);
    settings->paths[settings->path_count++] = path;
    return true;
}

static bool read_arguments(struct arguments *arguments, struct settings *settings,
                           struct err *err) {
    bool only_paths = false;

    while (arguments->next < arguments->end) {
        const char *text = *arguments->next++;
        bool good = true;
        if (only_paths || text[0] != '-' || text[1] == '\0')
            good = take_path(arguments->command, text, settings, err);
        else if (strcmp(text, "--") == 0)
            only_paths = true;
        else if (text[1] == '-')
            good = read_option(arguments, text + 2, settings, err);
        else
            good = err_set(err, ERR_INVALID, "unknown option %.100s; options begin with --", text);
        if (!good)
            return false;
    }
    return true;
}

static void fill_gaps(struct settings *settings) {
    int64_t cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (cores < 1)
        cores = 1;
    if (settings->threads == 0)
        settings->threads = cores;
    if (settings->workers == 0)
        settings->workers = cores < 2 ? 2 : cores;
    if (settings->jobs == 0)
        settings->jobs = cores > 8 ? 8 : cores;
    if (settings->connections == 0)
        settings->connections = settings->threads * CONNECTIONS_PER_THREAD;
}

static bool check_together(enum command command, const struct settings *settings, struct err *err) {
    if (settings->data == NULL)
        return err_set(err, ERR_INVALID,
                       "where are the events? Name their directory with --data DIR (or in "
                       "TRAILD_DATA)");
    if (command == COMMAND_IMPORT && settings->path_count == 0)
        return err_set(err, ERR_INVALID,
                       "nothing to import: name log files or directories, or - for standard input");
    if (settings->connections > settings->threads * CONNECTIONS_PER_THREAD)
        return err_set(err, ERR_INVALID,
                       "--connections %lld: must be at most %d for each of the %lld threads "
                       "(--threads)",
                       (long long)settings->connections, CONNECTIONS_PER_THREAD,
                       (long long)settings->threads);
    return true;
}

static bool asks_for_help(char *const *arguments, size_t count) {
    for (size_t i = 0; i < count && strcmp(arguments[i], "--") != 0; i++) {
        if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0)
            return true;
    }
    return false;
}

bool settings_read(enum command command, char *const *arguments, size_t count,
                   char *(*variable)(const char *name), struct settings *out, struct err *err) {
    struct arguments rest = {command, arguments, arguments + count};
    struct settings settings = {.paths = memory_new(count + 1, sizeof(char *))};

    settings.help = asks_for_help(arguments, count);
    set_defaults(command, &settings);
    if (!settings.help) {
        /* A bad variable is an error even where the command line overrules it: it would bite the
         * next time. */
        bool good = read_environment(command, variable, &settings, err) &&
                    read_arguments(&rest, &settings, err);
        fill_gaps(&settings);
        if (!good || !check_together(command, &settings, err)) {
            settings_clear(&settings);
            return false;
        }
    }
    *out = settings;
    return true;
}

void settings_clear(struct settings *settings) {
    free(settings->paths);
    *settings = (struct settings){0};
}

static void describe(const struct option *option, struct buffer *out) {
    char usage[64];

    snprintf(usage, sizeof(usage), "--%s %s", option->name, option->placeholder);
    buffer_append_format(out, "  %-32s%s\n", usage, option->help);
    buffer_append_format(out, "  %-32s[%s%s; %s]\n", "", option->fallback != NULL ? "default " : "",
                         option->fallback != NULL ? option->fallback : option->meaning,
                         option->variable);
}

void settings_describe(enum command command, struct buffer *out) {
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (takes(command, &options[i]))
            describe(&options[i], out);
    }
}
