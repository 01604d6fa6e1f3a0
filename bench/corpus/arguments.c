#include "bench/corpus/arguments.h"

#include <inttypes.h>
#include <string.h>

#include "base/utc.h"

#define MAX_DAYS     3650
#define MAX_EVENTS   INT64_C(10000000000)
#define MAX_PER_FILE INT64_C(1000000)

struct settings settings_defaults(void) {
    return (struct settings){
        .delivery = {.corpus = corpus_defaults(), .events = 10000, .smallest = 1, .largest = 400},
        .folder = ".",
        .days = 30,
        .level = 6,
    };
}

static bool to_number(const char *text, int64_t least, int64_t most, int64_t *out,
                      struct err *err) {
    int64_t number;

    if (!span_to_integer(span_of(text), &number) || number < least || number > most)
        return err_set(err, ERR_INVALID, "a number from %" PRId64 " to %" PRId64 " is wanted",
                       least, most);
    *out = number;
    return true;
}

static bool set_events(struct settings *settings, const char *text, struct err *err) {
    int64_t events = 0;

    if (!to_number(text, 0, MAX_EVENTS, &events, err))
        return false;
    settings->delivery.events = (uint64_t)events;
    return true;
}

static bool set_seed(struct settings *settings, const char *text, struct err *err) {
    int64_t seed = 0;

    if (!to_number(text, 0, INT64_MAX, &seed, err))
        return false;
    settings->delivery.corpus.seed = (uint64_t)seed;
    return true;
}

static bool set_folder(struct settings *settings, const char *text, struct err *err) {
    (void)err;
    settings->folder = text;
    return true;
}

static bool set_one_file(struct settings *settings, const char *text, struct err *err) {
    (void)err;
    settings->one_file = text;
    return true;
}

static bool set_accounts(struct settings *settings, const char *text, struct err *err) {
    int64_t accounts = 0;

    if (!to_number(text, 1, CORPUS_MAX_ACCOUNTS, &accounts, err))
        return false;
    settings->delivery.corpus.accounts = (int)accounts;
    return true;
}

static bool set_regions(struct settings *settings, const char *text, struct err *err) {
    int64_t regions = 0;

    if (!to_number(text, 1, CORPUS_MAX_REGIONS, &regions, err))
        return false;
    settings->delivery.corpus.regions = (int)regions;
    return true;
}

static bool set_days(struct settings *settings, const char *text, struct err *err) {
    return to_number(text, 1, MAX_DAYS, &settings->days, err);
}

static bool set_end(struct settings *settings, const char *text, struct err *err) {
    if (!utc_parse(span_of(text), &settings->delivery.corpus.to_ms) ||
        settings->delivery.corpus.to_ms < MAX_DAYS * MS_PER_DAY)
        return err_set(err, ERR_INVALID, "a time such as 2026-11-01 is wanted, 1980 or later");
    return true;
}

static bool set_duplicates(struct settings *settings, const char *text, struct err *err) {
    int64_t percent = 0;

    if (!to_number(text, 0, 90, &percent, err))
        return false;
    settings->delivery.duplicates = (unsigned)percent;
    return true;
}

static bool set_per_file(struct settings *settings, const char *text, struct err *err) {
    struct span smallest;
    struct span largest;
    int64_t low;
    int64_t high;

    if (!span_cut(span_of(text), '-', &smallest, &largest) || !span_to_integer(smallest, &low) ||
        !span_to_integer(largest, &high) || low < 1 || high < low || high > MAX_PER_FILE)
        return err_set(err, ERR_INVALID, "a range such as 1-400 is wanted, at most %" PRId64,
                       MAX_PER_FILE);
    settings->delivery.smallest = (uint64_t)low;
    settings->delivery.largest = (uint64_t)high;
    return true;
}

/* The id stands in every path. */
static bool set_organization(struct settings *settings, const char *text, struct err *err) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    size_t length = strlen(text);

    if (length < 12 || length > 34 || strncmp(text, "o-", 2) != 0 ||
        strspn(text + 2, letters) != length - 2)
        return err_set(err, ERR_INVALID, "an id such as o-exampleorgid is wanted");
    settings->delivery.organization = text;
    return true;
}

static bool set_shape(struct settings *settings, const char *text, struct err *err) {
    return parcel_find(span_of(text), &settings->delivery.shape) ||
           err_set(err, ERR_INVALID,
                   "records, array, ndjson, eventbridge, lookup or cloudwatch is wanted");
}

static bool set_level(struct settings *settings, const char *text, struct err *err) {
    return to_number(text, 1, 9, &settings->level, err);
}

static bool set_plain(struct settings *settings, const char *text, struct err *err) {
    (void)text;
    (void)err;
    settings->level = 0;
    return true;
}

static bool set_help(struct settings *settings, const char *text, struct err *err) {
    (void)text;
    (void)err;
    settings->help = true;
    return true;
}

static const struct option {
    const char *name;
    const char *value; /* what stands for it in the usage; NULL: takes none */
    bool (*set)(struct settings *settings, const char *text, struct err *err);
    const char *help;
} options[] = {
    {"--events", "N", set_events, "distinct events in all (10000)"},
    {"--seed", "N", set_seed, "another seed gives other logs (1)"},
    {"--out", "DIR", set_folder, "where AWSLogs/ goes (.)"},
    {"--one-file", "FILE", set_one_file, "all in one file, gzip if it ends in .gz; - is stdout"},
    {"--accounts", "N", set_accounts, "how many accounts (60)"},
    {"--regions", "N", set_regions, "how many regions (6)"},
    {"--days", "N", set_days, "how far the logs reach back (30)"},
    {"--end", "TIME", set_end, "when they end (2026-11-01)"},
    {"--duplicates", "PERCENT", set_duplicates, "events that come twice, or whole files do (0)"},
    {"--events-per-file", "A-B", set_per_file, "small files more often (1-400)"},
    {"--organization", "ID", set_organization, "the id in the path of an organization's trail"},
    {"--shape", "SHAPE", set_shape,
     "records, array, ndjson, eventbridge, lookup, cloudwatch (records)"},
    {"--level", "N", set_level, "of gzip, 1 to 9 (6)"},
    {"--plain", NULL, set_plain, "no gzip"},
    {"--help", NULL, set_help, "this text"},
};

void arguments_usage(FILE *out) {
    fprintf(out, "usage: generate [option...]\n");
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        const char *value = options[i].value != NULL ? options[i].value : "";
        fprintf(out, "  %s %-*s  %s\n", options[i].name, (int)(25 - strlen(options[i].name)), value,
                options[i].help);
    }
}

static const struct option *find_option(const char *name) {
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
    }
    return NULL;
}

bool arguments_read(char **arguments, struct settings *settings, struct err *err) {
    while (*arguments != NULL) {
        const char *name = *arguments++;
        const struct option *option = find_option(name);

        if (option == NULL)
            return err_set(err, ERR_INVALID, "there is no option %s", name);
        if (option->value != NULL && *arguments == NULL)
            return err_set(err, ERR_INVALID, "%s needs a value", name);
        const char *text = option->value != NULL ? *arguments++ : NULL;
        if (!option->set(settings, text, err))
            return err_add(err, "%s", name);
    }
    settings->delivery.corpus.from_ms =
        settings->delivery.corpus.to_ms - settings->days * MS_PER_DAY;
    return true;
}
