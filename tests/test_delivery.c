#include "bench/corpus/delivery.h"

#include <regex.h>
#include <stdio.h>

#include <jansson.h>

#include "base/utc.h"
#include "tests/rows.h"

static struct delivery_options options_of(uint64_t events) {
    struct delivery_options options = {
        .corpus = corpus_defaults(),
        .events = events,
        .smallest = 1,
        .largest = 100,
    };

    options.corpus.accounts = 5;
    options.corpus.regions = 3;
    return options;
}

/* What all files together hold. */
struct total {
    uint64_t files;
    uint64_t records;
    uint64_t again;
    json_t *events; /* how often each eventID has come */
};

/* The records of a file of the shape that CloudTrail writes. */
static json_t *records_of(const struct delivered_file *file) {
    json_error_t error;
    json_t *root = json_loadb(file->text.data, file->text.length, JSON_REJECT_DUPLICATES, &error);
    json_t *records = json_object_get(root, "Records");

    if (records == NULL)
        fail_msg("%s: %s", file->path, error.text);
    assert_int_equal(json_array_size(records), file->records);
    json_incref(records);
    json_decref(root);
    return records;
}

static void count_event(struct total *total, const json_t *record) {
    const char *id = json_string_value(json_object_get(record, "eventID"));
    json_int_t before = json_integer_value(json_object_get(total->events, id));

    json_object_set_new(total->events, id, json_integer(before + 1));
}

static void count_file(struct total *total, const struct delivered_file *file) {
    json_t *records = records_of(file);
    json_t *record;
    size_t i;

    total->files++;
    total->records += file->records;
    total->again += file->again;
    json_array_foreach(records, i, record) count_event(total, record);
    json_decref(records);
}

static struct total deliver_all(const struct delivery_options *options) {
    struct delivery *delivery = delivery_open(options);
    struct total total = {.events = json_object()};
    struct delivered_file file;

    while (delivery_next(delivery, &file))
        count_file(&total, &file);
    delivery_close(delivery);
    return total;
}

static const struct count_row {
    const char *name;
    uint64_t events;
    uint64_t smallest;
    uint64_t largest;
    unsigned duplicates;
} counts[] = {
    {"one event", 1, 1, 400, 0},
    {"files of one event", 300, 1, 1, 0},
    {"files of one size", 1000, 250, 250, 0},
    {"files of any size", 5000, 1, 400, 0},
    {"a last file that is cut short", 1001, 500, 500, 0},
    {"a tenth again", 4000, 1, 100, 10},
    {"nearly all again", 2000, 1, 100, 90},
};

static void test_each_event_is_delivered(void **state) {
    const struct count_row *row = *state;
    struct delivery_options options = options_of(row->events);

    options.smallest = row->smallest;
    options.largest = row->largest;
    options.duplicates = row->duplicates;
    struct total total = deliver_all(&options);
    assert_int_equal(json_object_size(total.events), row->events);
    assert_int_equal(total.records - total.again, row->events);
    assert_int_equal(total.again > 0, row->duplicates > 0);
    json_decref(total.events);
}

static void test_duplicates_are_about_as_many_as_asked(void **state) {
    struct delivery_options options = options_of(5000);

    (void)state;
    options.duplicates = 10;
    struct total total = deliver_all(&options);
    assert_in_range(total.again, 250, 875);
    json_decref(total.events);
}

static void test_nothing_to_deliver(void **state) {
    struct delivery_options options = options_of(0);
    struct delivery *delivery = delivery_open(&options);
    struct delivered_file file;

    (void)state;
    assert_false(delivery_next(delivery, &file));
    delivery_close(delivery);
}

static void test_whole_files_come_again(void **state) {
    struct delivery_options options = options_of(5000);
    struct delivery *delivery;
    struct buffer last = {0};
    struct delivered_file file;
    int repeated = 0;

    (void)state;
    options.duplicates = 20;
    delivery = delivery_open(&options);
    while (delivery_next(delivery, &file)) {
        repeated += span_equal(file.text, buffer_span(&last));
        last.length = 0;
        buffer_append(&last, file.text);
    }
    assert_true(repeated > 1);
    buffer_clear(&last);
    delivery_close(delivery);
}

static bool matches(const char *text, const char *pattern) {
    regex_t expression;

    assert_int_equal(regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool found = regexec(&expression, text, 0, NULL, 0) == 0;
    regfree(&expression);
    return found;
}

#define PLACE                                                                                      \
    "[0-9]{12}/CloudTrail(-Insight|-NetworkActivity)?/[a-z]+-[a-z]+-[0-9]/2026/1[01]/[0-3][0-9]/"
#define NAME                                                                                       \
    "[0-9]{12}_CloudTrail(-Insight|-NetworkActivity)?_[a-z]+-[a-z]+-[0-9]_20261[01][0-9]{2}"       \
    "T[0-9]{4}Z_[A-Za-z0-9]{16}\\.json$"

static const struct path_row {
    const char *name;
    const char *organization;
    const char *pattern;
} paths[] = {
    {"a trail of one account", NULL, "^AWSLogs/" PLACE NAME},
    {"an organization's trail", "o-exampleorgid", "^AWSLogs/o-exampleorgid/" PLACE NAME},
};

static void test_paths(void **state) {
    const struct path_row *row = *state;
    struct delivery_options options = options_of(8000);
    struct delivery *delivery;
    struct delivered_file file;

    options.organization = row->organization;
    delivery = delivery_open(&options);
    while (delivery_next(delivery, &file)) {
        if (!matches(file.path, row->pattern))
            fail_msg("%s", file.path);
    }
    delivery_close(delivery);
}

/* The minute of delivery: the fourth part of the name. */
static int64_t delivered_ms(const char *path) {
    struct span part = span_of(strrchr(path, '/') + 1);
    struct span minute;
    char text[32];
    int64_t ms;

    for (int i = 0; i < 3; i++)
        assert_true(span_cut(part, '_', &minute, &part));
    assert_true(span_cut(part, 'Z', &minute, &part));
    snprintf(text, sizeof(text), "%.*s00Z", SPAN_ARGS(minute));
    assert_true(utc_parse(span_of(text), &ms));
    return ms;
}

static int64_t event_ms(const json_t *record) {
    int64_t ms;

    assert_true(utc_parse(span_of(json_string_value(json_object_get(record, "eventTime"))), &ms));
    return ms;
}

static void test_events_come_some_minutes_before_their_file(void **state) {
    struct delivery_options options = options_of(20000);
    struct delivery *delivery = delivery_open(&options);
    struct delivered_file file;
    size_t late = 0;

    (void)state;
    while (delivery_next(delivery, &file)) {
        int64_t delivered = delivered_ms(file.path);
        json_t *records = records_of(&file);
        json_t *record;
        size_t i;

        json_array_foreach(records, i, record) {
            int64_t before = delivered - event_ms(record);
            late += before > 600 * MS_PER_SECOND;
            assert_true(before >= 3 * MS_PER_SECOND || event_ms(record) == options.corpus.from_ms);
        }
        json_decref(records);
    }
    assert_in_range(late, 5, 60);
    delivery_close(delivery);
}

static void test_a_file_is_of_one_account_and_region(void **state) {
    struct delivery_options options = options_of(3000);
    struct delivery *delivery;
    struct delivered_file file;

    (void)state;
    options.duplicates = 10;
    delivery = delivery_open(&options);
    while (delivery_next(delivery, &file)) {
        json_t *records = records_of(&file);
        json_t *record;
        size_t i;

        json_array_foreach(records, i, record) {
            assert_non_null(strstr(
                file.path, json_string_value(json_object_get(record, "recipientAccountId"))));
            assert_non_null(
                strstr(file.path, json_string_value(json_object_get(record, "awsRegion"))));
        }
        json_decref(records);
    }
    delivery_close(delivery);
}

static void test_neither_files_nor_records_are_in_order(void **state) {
    struct delivery_options options = options_of(3000);
    struct delivery *delivery = delivery_open(&options);
    struct delivered_file file;
    int64_t last_delivered = 0;
    int64_t last_event = 0;
    int files_back = 0;
    int events_back = 0;

    (void)state;
    while (delivery_next(delivery, &file)) {
        json_t *records = records_of(&file);
        json_t *record;
        size_t i;

        json_array_foreach(records, i, record) {
            events_back += i > 0 && event_ms(record) < last_event;
            last_event = event_ms(record);
        }
        files_back += delivered_ms(file.path) < last_delivered;
        last_delivered = delivered_ms(file.path);
        json_decref(records);
    }
    assert_true(files_back > 10);
    assert_true(events_back > 500);
    delivery_close(delivery);
}

static void test_the_same_options_give_the_same_files(void **state) {
    struct delivery_options options = options_of(1500);
    struct delivery *first = delivery_open(&options);
    struct delivery *second = delivery_open(&options);
    struct delivered_file one;
    struct delivered_file other;

    (void)state;
    while (delivery_next(first, &one)) {
        assert_true(delivery_next(second, &other));
        assert_string_equal(one.path, other.path);
        assert_true(span_equal(one.text, other.text));
    }
    assert_false(delivery_next(second, &other));
    delivery_close(first);
    delivery_close(second);
}

static void test_bare_files_are_items_alone(void **state) {
    struct delivery_options options = options_of(10);
    struct delivery *delivery;
    struct delivered_file file;

    (void)state;
    options.bare = true;
    delivery = delivery_open(&options);
    assert_true(delivery_next(delivery, &file));
    assert_true(span_starts_with(file.text, SPAN("{\"eventVersion\"")));
    assert_true(span_ends_with(file.text, SPAN("}")));
    delivery_close(delivery);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_each_event_is_delivered, counts),
        TEST(test_duplicates_are_about_as_many_as_asked),
        TEST(test_nothing_to_deliver),
        TEST(test_whole_files_come_again),
        ROWS(test_paths, paths),
        TEST(test_events_come_some_minutes_before_their_file),
        TEST(test_a_file_is_of_one_account_and_region),
        TEST(test_neither_files_nor_records_are_in_order),
        TEST(test_the_same_options_give_the_same_files),
        TEST(test_bare_files_are_items_alone),
    };

    return rows_run("delivery", all, ARRAY_LENGTH(all));
}
