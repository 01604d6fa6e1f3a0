#include "server/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/utc.h"
#include "handlers/times.h"
#include "server/options.h"
#include "server/origin.h"

/* So that one large import holds up no small one, on small machines too. */
#define LEAST_WORKERS 4

static const char *command_name(enum command command) {
    return command == COMMAND_SERVE ? "serve" : "import";
}

static void list_clear(struct text_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->texts[i]);
    free(list->texts);
    *list = (struct text_list){0};
}

static bool list_add(const struct option *option, struct span text, struct text_list *list,
                     struct err *err) {
    if (text.length == 0)
        return err_set(err, ERR_INVALID, "must not be empty");
    if (option->check != NULL && !option->check(text, err))
        return false;
    list->texts = memory_resize(list->texts, list->count + 1, sizeof(*list->texts));
    list->texts[list->count++] = memory_copy_text(text.data, text.length);
    return true;
}

/* What stands between commas and blanks. */
static bool list_split(const struct option *option, const char *text, struct text_list *list,
                       struct err *err) {
    static const char between[] = ", \t\n";

    for (text += strspn(text, between); *text != '\0'; text += strspn(text, between)) {
        size_t length = strcspn(text, between);
        if (!list_add(option, (struct span){text, length}, list, err))
            return false;
        text += length;
    }
    return true;
}

static struct text_list *list_of(const struct option *option, struct settings *settings) {
    return (struct text_list *)(void *)((char *)settings + option->offset);
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
    case VALUE_MOMENT:
        return times_read(span, utc_now_ms(), place, err);
    case VALUE_HOSTS:
        if (!origin_check_hosts(span, err))
            return false;
        break;
    case VALUE_LIST:
        return list_add(option, span, place, err);
    case VALUE_TEXT:
        break;
    }
    if (span.length == 0)
        return err_set(err, ERR_INVALID, "must not be empty");
    memcpy(place, &text, sizeof(text));
    return true;
}

static bool read_environment(enum command command, char *(*variable)(const char *name),
                             struct settings *settings, struct err *err) {
    for (size_t i = 0; i < option_count; i++) {
        const struct option *option = &options[i];
        const char *text = variable(option->variable);
        if (!option_is_of(option, command) || text == NULL)
            continue;
        bool good = option->kind == VALUE_LIST
                        ? list_split(option, text, list_of(option, settings), err)
                        : parse_value(option, text, settings, err);
        if (!good)
            return err_add(err, "%s=%.100s in the environment", option->variable, text);
    }
    return true;
}

static void set_defaults(enum command command, struct settings *settings) {
    struct err err;

    for (size_t i = 0; i < option_count; i++) {
        const struct option *option = &options[i];
        if (!option_is_of(option, command) || option->fallback == NULL)
            continue;
        bool good = parse_value(option, option->fallback, settings, &err);
        assert(good);
        (void)good;
    }
}

static bool unknown_option(enum command command, struct span name, struct err *err) {
    const char **names = memory_new(option_count, sizeof(*names));
    size_t count = 0;

    for (size_t i = 0; i < option_count; i++) {
        if (option_is_of(&options[i], command))
            names[count++] = options[i].name;
    }
    const char *nearest = value_nearest(name, names, count);
    free(names);
    if (nearest != NULL)
        return err_set(err, ERR_INVALID, "unknown option --%.*s; did you mean --%s?",
                       SPAN_ARGS(name), nearest);
    return err_set(err, ERR_INVALID, "unknown option --%.*s; `traild help %s` lists them all",
                   SPAN_ARGS(name), command_name(command));
}

/* What is left of the arguments while they are read. */
struct arguments {
    enum command command;
    char *const *next;
    char *const *end;
    const struct option **lists; /* those given already: owned, a place for each option */
    size_t list_count;
};

/* The first one given takes the place of what the environment says. */
static void begin_list(struct arguments *arguments, const struct option *option,
                       struct settings *settings) {
    for (size_t i = 0; i < arguments->list_count; i++) {
        if (arguments->lists[i] == option)
            return;
    }
    arguments->lists[arguments->list_count++] = option;
    list_clear(list_of(option, settings));
}

/* `text` is the argument without its two dashes. */
static bool read_option(struct arguments *arguments, const char *text, struct settings *settings,
                        struct err *err) {
    struct span name = span_of(text);
    struct span behind;
    const char *value = span_cut(name, '=', &name, &behind) ? behind.data : NULL;
    const struct option *option = option_find(arguments->command, name);

    if (option == NULL)
        return unknown_option(arguments->command, name, err);
    if (value == NULL) {
        if (arguments->next == arguments->end)
            return err_set(err, ERR_INVALID, "--%s needs a value: --%s %s", option->name,
                           option->name, option->placeholder);
        value = *arguments->next++;
    }
    if (option->kind == VALUE_LIST)
        begin_list(arguments, option, settings);
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
        settings->workers = cores < LEAST_WORKERS ? LEAST_WORKERS : cores;
    if (settings->jobs == 0)
        settings->jobs = cores > 8 ? 8 : cores;
    if (settings->connections == 0)
        settings->connections = settings->threads * CONNECTIONS_PER_THREAD;
}

static bool names_prefix(const struct settings *settings) {
    struct span scheme = SPAN("s3://");

    for (size_t i = 0; i < settings->path_count; i++) {
        struct span path = span_of(settings->paths[i]);
        if (span_starts_with(path, scheme) &&
            (span_ends_with(path, SPAN("/")) ||
             memchr(path.data + scheme.length, '/', path.length - scheme.length) == NULL))
            return true;
    }
    return false;
}

bool settings_select(const struct settings *settings) {
    return settings->from_ms >= 0 || settings->to_ms >= 0 || settings->accounts.count > 0 ||
           settings->regions.count > 0;
}

static bool check_selection(const struct settings *settings, struct err *err) {
    if (settings_select(settings) && !names_prefix(settings))
        return err_set(err, ERR_INVALID,
                       "--from, --to, --account and --region select among the files below "
                       "s3://BUCKET/PREFIX/, and no such prefix was named");
    return settings->to_ms < 0 || settings->from_ms < settings->to_ms ||
           err_set(err, ERR_INVALID, "--from must be before --to");
}

static bool check_together(enum command command, const struct settings *settings, struct err *err) {
    if (settings->data == NULL)
        return err_set(err, ERR_INVALID,
                       "where are the events? Name their directory with --data DIR (or in "
                       "TRAILD_DATA)");
    if (command == COMMAND_IMPORT && settings->path_count == 0)
        return err_set(err, ERR_INVALID,
                       "nothing to import: name log files, directories or s3://BUCKET/PREFIX/, "
                       "or - for standard input");
    if (!check_selection(settings, err))
        return false;
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
    struct arguments rest = {command, arguments, arguments + count, NULL, 0};
    struct settings settings = {
        .paths = memory_new(count + 1, sizeof(char *)),
        .from_ms = -1,
        .to_ms = -1,
    };

    rest.lists = memory_new(option_count, sizeof(*rest.lists));
    bool good = true;
    settings.help = asks_for_help(arguments, count);
    set_defaults(command, &settings);
    if (!settings.help) {
        /* A bad variable is an error even where the command line overrules it: it would bite the
         * next time. */
        good = read_environment(command, variable, &settings, err) &&
               read_arguments(&rest, &settings, err);
        fill_gaps(&settings);
        good = good && check_together(command, &settings, err);
    }
    free(rest.lists);
    if (good)
        *out = settings;
    else
        settings_clear(&settings);
    return good;
}

void settings_clear(struct settings *settings) {
    for (size_t i = 0; i < option_count; i++) {
        if (options[i].kind == VALUE_LIST)
            list_clear(list_of(&options[i], settings));
    }
    free(settings->paths);
    *settings = (struct settings){0};
}
