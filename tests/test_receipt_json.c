#include "handlers/receipt_json.h"

#include <jansson.h>

#include "tests/rows.h"

static const struct receipt of_a_file = {
    .id = 3,
    .parent = 2,
    .source = SPAN("s3://b/k\377"),
    .kind = SPAN("records"),
    .status = IMPORT_DONE,
    .has_sha256 = true,
    .bytes = 10,
    .records = 6,
    .inserted = 3,
    .duplicates = 2,
    .rejected = 1,
    .first_event_ms = 0,
    .last_event_ms = 1000,
    .received_ms = 2000,
    .etag = SPAN("e"),
    .version_id = SPAN("v"),
    .error = SPAN_NONE,
};

static const struct receipt that_failed = {
    .id = 4,
    .source = SPAN("s3://b/k"),
    .kind = SPAN(""),
    .status = IMPORT_FAILED,
    .first_event_ms = -1,
    .last_event_ms = -1,
    .etag = SPAN_NONE,
    .version_id = SPAN_NONE,
    .error = SPAN("NoSuchKey"),
};

#define PROGRESS                                                                                   \
    {                                                                                              \
        .files_listed = 1, .files_done = 2, .files_known = 3, .files_skipped = 4,                  \
        .files_failed = 5, .bytes_listed = 6, .bytes_done = 7000, .records = 8000, .inserted = 9,  \
        .duplicates = 10, .rejected = 11, .started_ms = 1000, .ended_ms = 3000,                    \
    }

static const struct receipt of_many = {
    .id = 5,
    .source = SPAN("s3://b/"),
    .kind = SPAN("prefix"),
    .status = IMPORT_DONE,
    .first_event_ms = -1,
    .last_event_ms = -1,
    .etag = SPAN_NONE,
    .version_id = SPAN_NONE,
    .error = SPAN_NONE,
    .has_progress = true,
    .progress = PROGRESS,
    .skipped = SPAN("{\"digest\":1}"),
};

static const struct receipt unfinished = {
    .id = 6,
    .source = SPAN("s3://b/"),
    .kind = SPAN("prefix"),
    .status = IMPORT_QUEUED,
    .first_event_ms = -1,
    .last_event_ms = -1,
    .etag = SPAN_NONE,
    .version_id = SPAN_NONE,
    .error = SPAN_NONE,
    .has_progress = true,
};

static const struct import_live busy = {
    .status = IMPORT_RUNNING,
    .progress = {.files_listed = 20, .bytes_done = 30, .records = 40, .started_ms = 1000},
    .records_per_second = 50,
    .bytes_per_second = 60,
    .eta_ms = 1001,
    .listed = true,
    .skipped = SPAN("{\"folder\":2}"),
    .waiting_for = SPAN("SlowDown"),
};

static const struct import_live listing = {
    .status = IMPORT_RUNNING,
    .eta_ms = -1,
    .waiting_for = SPAN_NONE,
};

static const struct value_row {
    const char *name;
    const struct receipt *receipt;
    const struct import_live *live;
    const char *path;  /* member, or member.member */
    const char *value; /* as JSON; NULL: it is not there */
} values[] = {
    {"the number", &of_a_file, NULL, "id", "3"},
    {"what it is part of", &of_a_file, NULL, "parent", "2"},
    {"part of nothing", &that_failed, NULL, "parent", "null"},
    {"a key that is no UTF-8", &of_a_file, NULL, "source", "\"s3://b/k\357\277\275\""},
    {"the ETag", &of_a_file, NULL, "etag", "\"e\""},
    {"the version", &of_a_file, NULL, "version_id", "\"v\""},
    {"no error", &of_a_file, NULL, "error", "null"},
    {"no progress of one file", &of_a_file, NULL, "progress", NULL},
    {"no files of one file", &of_a_file, NULL, "failed", NULL},
    {"a failure's kind", &that_failed, NULL, "kind", "null"},
    {"its status", &that_failed, NULL, "status", "\"failed\""},
    {"its sum", &that_failed, NULL, "sha256", "null"},
    {"its ETag", &that_failed, NULL, "etag", "null"},
    {"its reason", &that_failed, NULL, "error", "\"NoSuchKey\""},
    {"the sum over its files: bytes", &of_many, NULL, "bytes", "7000"},
    {"records", &of_many, NULL, "records", "8000"},
    {"inserted", &of_many, NULL, "inserted", "9"},
    {"duplicates", &of_many, NULL, "duplicates", "10"},
    {"rejected", &of_many, NULL, "rejected", "11"},
    {"files listed", &of_many, NULL, "progress.files_listed", "1"},
    {"files done", &of_many, NULL, "progress.files_done", "2"},
    {"files known", &of_many, NULL, "progress.files_known", "3"},
    {"files skipped", &of_many, NULL, "progress.files_skipped", "4"},
    {"files failed", &of_many, NULL, "progress.files_failed", "5"},
    {"what was skipped", &of_many, NULL, "progress.skipped", "{\"digest\": 1}"},
    {"what is skipped by now", &unfinished, &busy, "progress.skipped", "{\"folder\": 2}"},
    {"nothing was skipped", &unfinished, NULL, "progress.skipped", "{}"},
    {"bytes listed", &of_many, NULL, "progress.bytes_listed", "6"},
    {"done is listed", &of_many, NULL, "progress.all_listed", "true"},
    {"over all of its time", &of_many, NULL, "progress.events_per_second", "4000"},
    {"bytes over all of it", &of_many, NULL, "progress.bytes_per_second", "3500"},
    {"it takes no longer", &of_many, NULL, "progress.eta_seconds", "null"},
    {"its end", &of_many, NULL, "progress.ended_at", "\"1970-01-01T00:00:03Z\""},
    {"what failed", &of_many, NULL, "failed", "\"/v1/imports?parent=5&status=failed\""},
    {"it runs by now", &unfinished, &busy, "status", "\"running\""},
    {"its records by now", &unfinished, &busy, "records", "40"},
    {"its files by now", &unfinished, &busy, "progress.files_listed", "20"},
    {"its speed", &unfinished, &busy, "progress.events_per_second", "50"},
    {"its bytes", &unfinished, &busy, "progress.bytes_per_second", "60"},
    {"seconds begun", &unfinished, &busy, "progress.eta_seconds", "2"},
    {"what it waits for", &unfinished, &busy, "progress.waiting_for", "\"SlowDown\""},
    {"its beginning", &unfinished, &busy, "progress.started_at", "\"1970-01-01T00:00:01Z\""},
    {"no end yet", &unfinished, &busy, "progress.ended_at", "null"},
    {"nobody knows how long", &unfinished, &listing, "progress.eta_seconds", "null"},
    {"there is more to list", &unfinished, &listing, "progress.all_listed", "false"},
    {"it waits for nothing", &unfinished, &listing, "progress.waiting_for", "null"},
    {"it has not begun", &unfinished, NULL, "progress.started_at", "null"},
    {"and has no speed", &unfinished, NULL, "progress.events_per_second", "null"},
};

static const json_t *member(const json_t *json, const char *path) {
    struct span name = span_of(path);
    struct span rest = SPAN("");

    if (span_cut(span_of(path), '.', &name, &rest))
        return json_object_get(json_object_getn(json, name.data, name.length), rest.data);
    return json_object_get(json, path);
}

static void test_value(void **state) {
    const struct value_row *row = *state;
    struct buffer CLEANUP(buffer_clear) text = {0};
    json_error_t error;

    receipt_json_write(row->receipt, row->live, &text);
    json_t *json = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, &error);
    assert_non_null(json);
    const json_t *value = member(json, row->path);
    if (row->value == NULL) {
        assert_null(value);
    } else {
        char *CLEANUP(memory_free_at) shown = json_dumps(value, JSON_ENCODE_ANY);
        assert_string_equal(shown, row->value);
    }
    json_decref(json);
}

int main(void) {
    const struct rows all[] = {ROWS(test_value, values)};

    return rows_run("receipt_json", all, ARRAY_LENGTH(all));
}
