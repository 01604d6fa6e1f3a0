#include "server/settings.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "tests/rows.h"

#define ARGUMENTS 7

/* The environment of the row under test: NAME=VALUE, or NULL. */
static const char *environment;

static char *variable(const char *name) {
    size_t length = strlen(name);

    if (environment != NULL && strncmp(environment, name, length) == 0 &&
        environment[length] == '=')
        return (char *)(uintptr_t)(environment + length + 1);
    return NULL;
}

static bool read_row(enum command command, const char *const *arguments, const char *setting,
                     struct settings *out, struct err *err) {
    char *copies[ARGUMENTS] = {0};
    size_t count = 0;

    while (count < ARGUMENTS && arguments[count] != NULL) {
        copies[count] = (char *)(uintptr_t)arguments[count];
        count++;
    }
    environment = setting;
    return settings_read(command, copies, count, variable, out, err);
}

static const struct good_row {
    const char *name;
    enum command command;
    const char *arguments[ARGUMENTS];
    const char *environment;
    const char *data;
    int64_t max_upload;
} good[] = {
    {"the data directory alone", COMMAND_SERVE, {"--data", "d"}, NULL, "d", 2 * GIB},
    {"a value behind =", COMMAND_SERVE, {"--data=d", "--max-upload=1K"}, NULL, "d", KIB},
    {"a value with = in it", COMMAND_SERVE, {"--data=a=b"}, NULL, "a=b", 2 * GIB},
    {"a value like an option", COMMAND_SERVE, {"--data", "--x"}, NULL, "--x", 2 * GIB},
    {"from the environment", COMMAND_SERVE, {NULL}, "TRAILD_DATA=e", "e", 2 * GIB},
    {"the command line wins", COMMAND_SERVE, {"--data", "d"}, "TRAILD_DATA=e", "d", 2 * GIB},
    {"the last one wins", COMMAND_SERVE, {"--data", "d", "--data", "f"}, NULL, "f", 2 * GIB},
    {"foreign variables are not looked at",
     COMMAND_SERVE,
     {"--data", "d"},
     "TRAILD_JOBS=x",
     "d",
     2 * GIB},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    struct settings settings;
    struct err err = {0};

    assert_true(read_row(row->command, row->arguments, row->environment, &settings, &err));
    assert_string_equal(settings.data, row->data);
    assert_int_equal(settings.max_upload, row->max_upload);
    settings_clear(&settings);
}

static const struct bad_row {
    const char *name;
    enum command command;
    const char *arguments[ARGUMENTS];
    const char *environment;
    const char *complaint; /* how it begins */
} bad[] = {
    {"an option nearly right",
     COMMAND_SERVE,
     {"--dta", "d"},
     NULL,
     "unknown option --dta; did you mean --data?"},
    {"an option nearly right, with =",
     COMMAND_SERVE,
     {"--max-uplod=1K"},
     NULL,
     "unknown option --max-uplod; did you mean --max-upload?"},
    {"an option like nothing",
     COMMAND_SERVE,
     {"--verbose"},
     NULL,
     "unknown option --verbose; `traild help serve` lists them all"},
    {"an option of the other command",
     COMMAND_IMPORT,
     {"--listen", "127.0.0.1:1"},
     NULL,
     "unknown option --listen; `traild help import` lists them all"},
    {"one dash", COMMAND_SERVE, {"-d"}, NULL, "unknown option -d; options begin with --"},
    {"no value", COMMAND_SERVE, {"--data"}, NULL, "--data needs a value: --data DIR"},
    {"an empty value", COMMAND_SERVE, {"--data="}, NULL, "--data : must not be empty"},
    {"an empty value of several",
     COMMAND_SERVE,
     {"--data=d", "--s3-allow="},
     NULL,
     "--s3-allow : must not be empty"},
    {"a bad size",
     COMMAND_SERVE,
     {"--data=d", "--max-upload", "12X"},
     NULL,
     "--max-upload 12X: must be a size in bytes"},
    {"a size of nothing",
     COMMAND_SERVE,
     {"--data=d", "--max-upload", "0"},
     NULL,
     "--max-upload 0: must be 1 to"},
    {"a bad variable",
     COMMAND_SERVE,
     {"--data=d"},
     "TRAILD_BACKLOG=many",
     "TRAILD_BACKLOG=many in the environment: must be a whole number"},
    {"a bad variable that is overruled",
     COMMAND_SERVE,
     {"--data=d", "--backlog=1"},
     "TRAILD_BACKLOG=many",
     "TRAILD_BACKLOG=many in the environment: must be a whole number"},
    {"a name with a port",
     COMMAND_SERVE,
     {"--data=d", "--host", "audit:8080"},
     NULL,
     "--host audit:8080: must be names without ports"},
    {"a bucket that cannot be",
     COMMAND_SERVE,
     {"--data=d", "--s3-allow", "x"},
     NULL,
     "--s3-allow x: "},
    {"a trail without s3://",
     COMMAND_SERVE,
     {"--data=d", "--follow", "logs/AWSLogs"},
     NULL,
     "--follow logs/AWSLogs: must be s3://BUCKET"},
    {"a trail of a bucket that cannot be",
     COMMAND_SERVE,
     {"--data=d"},
     "TRAILD_FOLLOW=s3://logs,s3://x",
     "TRAILD_FOLLOW=s3://logs,s3://x in the environment: "},
    {"a queue by its name",
     COMMAND_SERVE,
     {"--data=d", "--queue", "trail"},
     NULL,
     "--queue trail: must be a queue's URL"},
    {"a queue without a path",
     COMMAND_SERVE,
     {"--data=d", "--queue", "https://sqs.eu-west-1.amazonaws.com/"},
     NULL,
     "--queue https://sqs.eu-west-1.amazonaws.com/: must be a queue's URL"},
    {"the number of what may wait, which is --backlog",
     COMMAND_SERVE,
     {"--data=d", "--queue", "64"},
     NULL,
     "--queue 64: must be a queue's URL"},
    {"a topic of another service",
     COMMAND_SERVE,
     {"--data=d", "--sns-topic", "arn:aws:sqs:eu-west-1:111122223333:trail"},
     NULL,
     "--sns-topic arn:aws:sqs:eu-west-1:111122223333:trail: must be a topic's ARN"},
    {"a subscription in place of a topic",
     COMMAND_SERVE,
     {"--data=d", "--sns-topic", "arn:aws:sns:eu-west-1:111122223333:trail:0f9e"},
     NULL,
     "--sns-topic arn:aws:sns:eu-west-1:111122223333:trail:0f9e: must be a topic's ARN"},
    {"too many downloads",
     COMMAND_SERVE,
     {"--data=d", "--downloads=65"},
     NULL,
     "--downloads 65: must be 1 to 64"},
    {"no time",
     COMMAND_IMPORT,
     {"--data=d", "--from=yesterday", "x"},
     NULL,
     "--from yesterday: is no time"},
    {"an end before the beginning",
     COMMAND_IMPORT,
     {"--data=d", "--from=2026-11-02", "--to=2026-11-01", "s3://logs/"},
     NULL,
     "--from must be before --to"},
    {"a selection of files",
     COMMAND_IMPORT,
     {"--data=d", "--to=2026-11-01", "x"},
     NULL,
     "--from, --to, --account and --region select among the files below s3://"},
    {"a selection of one object",
     COMMAND_IMPORT,
     {"--data=d", "--region=eu-west-1", "s3://logs/x", "./a/"},
     NULL,
     "--from, --to, --account and --region select among the files below s3://"},
    {"an account's name",
     COMMAND_IMPORT,
     {"--data=d", "--account=security", "x"},
     NULL,
     "--account security: must be an account's number of twelve digits"},
    {"a region with a blank",
     COMMAND_IMPORT,
     {"--data=d", "--region=eu west", "x"},
     NULL,
     "--region eu west: must be a region"},
    {"no data directory", COMMAND_SERVE, {NULL}, NULL, "where are the events?"},
    {"a path for the server", COMMAND_SERVE, {"--data=d", "file"}, NULL, "what is \"file\"?"},
    {"nothing to import", COMMAND_IMPORT, {"--data=d"}, NULL, "nothing to import"},
    {"all addresses",
     COMMAND_SERVE,
     {"--data=d", "--listen", "0.0.0.0:8080"},
     NULL,
     "--listen 0.0.0.0:8080: must be a loopback address"},
    {"more connections than threads carry",
     COMMAND_SERVE,
     {"--data=d", "--threads=2", "--connections=251"},
     NULL,
     "--connections 251: must be at most 125 for each of the 2 threads"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct settings settings = {0};
    struct err err = {0};

    assert_false(read_row(row->command, row->arguments, row->environment, &settings, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_memory_equal(err.text, row->complaint, strlen(row->complaint));
    assert_null(settings.paths);
}

static void test_paths(void **state) {
    const char *const arguments[] = {"a", "--data=d", "-", "--", "--jobs", NULL};
    struct settings settings;
    struct err err = {0};

    (void)state;
    assert_true(read_row(COMMAND_IMPORT, arguments, NULL, &settings, &err));
    assert_int_equal(settings.path_count, 3);
    assert_string_equal(settings.paths[0], "a");
    assert_string_equal(settings.paths[1], "-");
    assert_string_equal(settings.paths[2], "--jobs");
    settings_clear(&settings);
}

static const struct list_row {
    const char *name;
    const char *arguments[ARGUMENTS];
    const char *environment;
    const char *texts; /* with a bar behind each */
} lists[] = {
    {"not given", {"--data=d"}, NULL, ""},
    {"given once", {"--data=d", "--s3-allow", "logs-a"}, NULL, "logs-a|"},
    {"given twice",
     {"--data=d", "--s3-allow=logs-a", "--s3-allow", "logs-b/AWSLogs/"},
     NULL,
     "logs-a|logs-b/AWSLogs/|"},
    {"a comma belongs to a value", {"--data=d", "--s3-allow=logs-a/x,y"}, NULL, "logs-a/x,y|"},
    {"as a URI", {"--data=d", "--s3-allow=s3://logs-a/x"}, NULL, "s3://logs-a/x|"},
    {"from the environment",
     {"--data=d"},
     "TRAILD_S3_ALLOW=logs-a, logs-b/c  logs-d,",
     "logs-a|logs-b/c|logs-d|"},
    {"nothing in the environment", {"--data=d"}, "TRAILD_S3_ALLOW=", ""},
    {"the command line wins",
     {"--data=d", "--s3-allow=logs-c"},
     "TRAILD_S3_ALLOW=logs-a,logs-b",
     "logs-c|"},
};

static void test_list(void **state) {
    const struct list_row *row = *state;
    struct buffer CLEANUP(buffer_clear) texts;
    struct settings settings;
    struct err err = {0};

    buffer_init(&texts, 0);
    assert_true(read_row(COMMAND_SERVE, row->arguments, row->environment, &settings, &err));
    for (size_t i = 0; i < settings.s3_allow.count; i++)
        buffer_append_format(&texts, "%s|", settings.s3_allow.texts[i]);
    assert_int_equal(texts.length, strlen(row->texts));
    if (texts.length > 0)
        assert_memory_equal(texts.data, row->texts, texts.length);
    settings_clear(&settings);
}

static void expect_texts(const struct text_list *list, const char *first, const char *second) {
    assert_int_equal(list->count, 2);
    assert_string_equal(list->texts[0], first);
    assert_string_equal(list->texts[1], second);
}

/* Each list has its own place. */
static void test_what_serve_reads_from(void **state) {
    static const char *const first[] = {"--data=d",
                                        "--follow=s3://logs-a",
                                        "--follow=s3://logs-b/x",
                                        "--queue=https://q/1/a",
                                        "--queue=http://q:9/2/b",
                                        NULL};
    static const char *const second[] = {
        "--data=d",      "--sns-topic=arn:aws:sns:r:1:a", "--sns-topic=arn:aws-cn:sns:r:1:b",
        "--downloads=2", "--follow-interval=5m",          NULL};
    struct settings settings;
    struct err err = {0};

    (void)state;
    assert_true(read_row(COMMAND_SERVE, first, NULL, &settings, &err));
    expect_texts(&settings.follow, "s3://logs-a", "s3://logs-b/x");
    expect_texts(&settings.queues, "https://q/1/a", "http://q:9/2/b");
    assert_int_equal(settings.downloads, 8);
    assert_int_equal(settings.follow_interval_ms, 60000);
    settings_clear(&settings);
    assert_true(read_row(COMMAND_SERVE, second, NULL, &settings, &err));
    expect_texts(&settings.sns_topics, "arn:aws:sns:r:1:a", "arn:aws-cn:sns:r:1:b");
    assert_int_equal(settings.downloads, 2);
    assert_int_equal(settings.follow_interval_ms, 300000);
    settings_clear(&settings);
}

static void test_what_import_selects(void **state) {
    static const char *const dates[] = {"--data=d", "--from=2026-11-01", "--to=2026-11-02",
                                        "x",        "s3://logs",         NULL};
    static const char *const places[] = {"--data=d",
                                         "--account=111122223333",
                                         "--account=444455556666",
                                         "--region=eu-west-1",
                                         "--region=us-east-1",
                                         "s3://logs/AWSLogs/",
                                         NULL};
    struct settings settings;
    struct err err = {0};

    (void)state;
    assert_true(read_row(COMMAND_IMPORT, dates, NULL, &settings, &err));
    assert_int_equal(settings.from_ms, 1793491200000);
    assert_int_equal(settings.to_ms, 1793577600000);
    assert_int_equal(settings.accounts.count, 0);
    settings_clear(&settings);
    assert_true(read_row(COMMAND_IMPORT, places, NULL, &settings, &err));
    assert_int_equal(settings.from_ms, -1);
    assert_int_equal(settings.to_ms, -1);
    expect_texts(&settings.accounts, "111122223333", "444455556666");
    expect_texts(&settings.regions, "eu-west-1", "us-east-1");
    settings_clear(&settings);
}

static void test_help_asks_for_nothing_else(void **state) {
    const char *const arguments[] = {"--nonsense", "-h", NULL};
    struct settings settings;
    struct err err = {0};

    (void)state;
    assert_true(read_row(COMMAND_SERVE, arguments, "TRAILD_BACKLOG=many", &settings, &err));
    assert_true(settings.help);
    settings_clear(&settings);
}

static void test_help_behind_dashes_is_a_path(void **state) {
    const char *const arguments[] = {"--data=d", "--", "--help", NULL};
    struct settings settings;
    struct err err = {0};

    (void)state;
    assert_true(read_row(COMMAND_IMPORT, arguments, NULL, &settings, &err));
    assert_false(settings.help);
    assert_string_equal(settings.paths[0], "--help");
    settings_clear(&settings);
}

static void test_what_follows_from_the_machine(void **state) {
    const char *const arguments[] = {"--data=d", NULL};
    int64_t cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct settings settings;
    struct err err = {0};

    (void)state;
    assert_true(read_row(COMMAND_SERVE, arguments, NULL, &settings, &err));
    assert_int_equal(settings.threads, cores);
    assert_int_equal(settings.connections, 125 * cores);
    assert_int_equal(settings.workers, cores < 4 ? 4 : cores);
    assert_true(settings.jobs >= 1 && settings.jobs <= 8);
    settings_clear(&settings);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        ROWS(test_list, lists),
        TEST(test_paths),
        TEST(test_what_serve_reads_from),
        TEST(test_what_import_selects),
        TEST(test_help_asks_for_nothing_else),
        TEST(test_help_behind_dashes_is_a_path),
        TEST(test_what_follows_from_the_machine),
    };

    return rows_run("settings", all, ARRAY_LENGTH(all));
}
