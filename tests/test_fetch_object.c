/* collect/fetch_object.c: what becomes of an object. */
#include "tests/rows.h"

#include <pthread.h>

#include "base/limits.h"
#include "tests/support_fetching.h"

/* ---- what becomes of an object ---- */

static const struct outcome_row {
    const char *name;
    const char *body; /* NULL: there is no such object; "": a log file; "large": 10,001 bytes */
    int status;       /* that S3 answers instead of it; 0: none */
    const char *code;
    enum fetch_failures failures;
    enum fetch_outcome outcome;
    enum err_kind kind;
    bool receipt;
    const char *text; /* part of what is told */
} outcomes[] = {
    {"a log file", "", 0, "", FETCH_FORGETS, FETCH_IMPORTED, ERR_NONE, true, ""},
    {"something else", DIGEST, 0, "", FETCH_FORGETS, FETCH_SKIPPED, ERR_NONE, true, ""},
    {"garbage", "{\"Records\":[{", 0, "", FETCH_FORGETS, FETCH_FAILED, ERR_UNREADABLE, false,
     "s3://bucket/a b+%/\303\244.json: "},
    {"garbage leaves a receipt", "{\"Records\":[{", 0, "", FETCH_RECORDS, FETCH_FAILED,
     ERR_UNREADABLE, true, "s3://bucket/a b+%/\303\244.json: "},
    {"nothing there", NULL, 0, "", FETCH_RECORDS, FETCH_FAILED, ERR_ABSENT, true,
     "s3://bucket/a b+%/\303\244.json: NoSuchKey"},
    {"not allowed to", "", 403, "AccessDenied", FETCH_RECORDS, FETCH_FAILED, ERR_REMOTE, true,
     "AccessDenied"},
    {"too large", "large", 0, "", FETCH_RECORDS, FETCH_FAILED, ERR_TOO_LARGE, true, "10000"},
    {"later", "", 503, "SlowDown", FETCH_RECORDS, FETCH_FAILED, ERR_BUSY, false, "SlowDown"},
    {"later, but not for long", "", 503, "SlowDown", FETCH_RECORDS_ALL, FETCH_FAILED, ERR_BUSY,
     true, "SlowDown"},
};

static bool refuse_as_row(void *context, struct fake_connection *connection,
                          const struct fake_question *question) {
    const struct outcome_row *row = context;

    (void)question;
    if (row->status != 0)
        fake_s3_refuse(connection, row->status, row->code);
    return row->status != 0;
}

static struct span body_of(const struct outcome_row *row) {
    static char large[10001];

    if (strcmp(row->body, "large") == 0)
        return (struct span){memset(large, ' ', sizeof(large)), sizeof(large)};
    return row->body[0] == 0 ? log_file(1) : span_of(row->body);
}

static void test_outcome(void **state) {
    static const char key[] = "a b+%/\303\244.json";
    const struct outcome_row *row = *state;
    struct fetching fetching;

    fetching_open(&fetching, 1);
    if (row->body != NULL)
        fake_s3_put(fetching.collecting.s3, "bucket", key, body_of(row));
    fake_s3_fault(fetching.collecting.s3, refuse_as_row, (void *)row);
    struct asked asked = ask_for(&fetching, key, NULL);
    asked.fetch.failures = row->failures;
    asked.fetch.parent = 77;
    fetch_one(&fetching, &asked);
    assert_int_equal(asked.outcome, row->outcome);
    assert_int_equal(asked.kind, row->kind);
    assert_int_equal(asked.receipt != 0, row->receipt);
    if (strstr(asked.text, row->text) == NULL)
        fail_msg("%s", asked.text);
    struct receipt_page page = list_files(&fetching.collecting, 77, 0);
    assert_int_equal(page.count, row->receipt);
    if (row->receipt) {
        const struct receipt *receipt = &page.receipts[0];
        assert_true(span_equal(receipt->source, SPAN("s3://bucket/a b+%/\303\244.json")));
        assert_int_equal(receipt->status == IMPORT_FAILED, row->outcome == FETCH_FAILED);
        assert_true(
            span_equal(receipt->error, row->kind == ERR_NONE ? SPAN_NONE : span_of(asked.text)));
    }
    fetching_close(&fetching);
}

/* There is room for a receipt and none for the file: that must not be its end. */
static void test_full_disk(void **state) {
    struct fetching fetching;

    (void)state;
    fetching_open(&fetching, 1);
    fake_s3_put(fetching.collecting.s3, "bucket", "a", large_log_file(1, 9900));
    let_grow(&fetching.collecting, "1");
    struct asked asked = ask_for(&fetching, "a", NULL);
    asked.fetch.failures = FETCH_RECORDS_ALL;
    fetch_one(&fetching, &asked);
    assert_int_equal(asked.outcome, FETCH_FAILED);
    assert_int_equal(asked.kind, ERR_NO_SPACE);
    assert_int_equal(asked.receipt, 0);
    fetching_close(&fetching);
}

/* ---- what is known is not fetched again ---- */

/* Puts and fetches it, and gives its ETag. */
static struct span fetch_and_read_etag(struct fetching *fetching, const char *key, struct span body,
                                       enum fetch_failures failures) {
    struct asked asked = ask_for(fetching, key, NULL);

    fake_s3_put(fetching->collecting.s3, "bucket", key, body);
    asked.fetch.failures = failures;
    fetch_one(fetching, &asked);
    struct span etag = get_receipt(&fetching->collecting, asked.receipt).etag;
    assert_int_not_equal(etag.length, 0);
    return etag;
}

static void test_known(void **state) {
    struct fetching fetching;
    char etag[64] = "";

    (void)state;
    fetching_open(&fetching, 1);
    struct fake_s3 *s3 = fetching.collecting.s3;
    struct span told = fetch_and_read_etag(&fetching, "a", log_file(1), FETCH_FORGETS);
    memcpy(etag, told.data, told.length);

    struct asked same = ask_for(&fetching, "a", etag);
    fetch_one(&fetching, &same);
    assert_int_equal(same.outcome, FETCH_KNOWN);
    assert_int_equal(same.duplicate_of, same.receipt);
    assert_int_equal(fake_s3_gets(s3, "bucket", "a"), 1);

    /* The same bytes under another key are found when they have come, and known from then on. */
    fake_s3_put(s3, "bucket", "b", log_file(1));
    for (int i = 0; i < 2; i++) {
        struct asked copy = ask_for(&fetching, "b", etag);
        fetch_one(&fetching, &copy);
        assert_int_equal(copy.outcome, FETCH_KNOWN);
        assert_int_equal(copy.receipt, same.receipt);
        assert_int_equal(fake_s3_gets(s3, "bucket", "b"), 1);
    }

    struct asked changed = ask_for(&fetching, "a", "another");
    fake_s3_put(s3, "bucket", "a", log_file(2));
    fetch_one(&fetching, &changed);
    assert_int_equal(changed.outcome, FETCH_IMPORTED);
    assert_int_equal(count_events(&fetching.collecting), 2);
    fetching_close(&fetching);
}

static void test_known_failure(void **state) {
    struct fetching fetching;
    char etag[64] = "";

    (void)state;
    fetching_open(&fetching, 1);
    struct span told = fetch_and_read_etag(&fetching, "a", SPAN("{"), FETCH_RECORDS);
    memcpy(etag, told.data, told.length);
    struct asked asked = ask_for(&fetching, "a", etag);
    asked.fetch.trusts_failures = true;
    fetch_one(&fetching, &asked);
    assert_int_equal(asked.outcome, FETCH_KNOWN);
    assert_int_equal(fake_s3_all_gets(fetching.collecting.s3), 1);
    asked.fetch.trusts_failures = false;
    fetch_one(&fetching, &asked);
    assert_int_equal(asked.outcome, FETCH_FAILED);
    assert_int_equal(fake_s3_all_gets(fetching.collecting.s3), 2);
    fetching_close(&fetching);
}

/* It was listed and not there, and is there now. */
static void test_known_as_gone(void **state) {
    const struct import_facts facts = {
        .source = SPAN("s3://bucket/a"),
        .object = object_mark_of(SPAN("bucket"), SPAN("a"), SPAN("etag")),
        .error = SPAN("NoSuchKey"),
    };
    struct fetching fetching;
    struct receipt receipt;
    struct err err;

    (void)state;
    fetching_open(&fetching, 1);
    assert_true(store_add_failure(fetching.collecting.scratch.store, &facts,
                                  &fetching.collecting.arena, &receipt, &err));
    fake_s3_put(fetching.collecting.s3, "bucket", "a", log_file(1));
    struct asked asked = ask_for(&fetching, "a", "etag");
    asked.fetch.trusts_failures = true;
    fetch_one(&fetching, &asked);
    assert_int_equal(asked.outcome, FETCH_IMPORTED);
    fetching_close(&fetching);
}

/* An import that was killed between a file's commit and saving that it has it: the ETag is known
 * when the object is listed, and is not when it is named. */
static void test_own_file(void **state) {
    struct fetching fetching;
    char etag[64] = "";

    (void)state;
    fetching_open(&fetching, 1);
    struct asked first = ask_for(&fetching, "a", NULL);
    fake_s3_put(fetching.collecting.s3, "bucket", "a", log_file(1));
    first.fetch.parent = 5;
    fetch_one(&fetching, &first);
    struct span told = get_receipt(&fetching.collecting, first.receipt).etag;
    memcpy(etag, told.data, told.length);
    for (int named = 0; named < 2; named++) {
        struct asked again = ask_for(&fetching, "a", named ? NULL : etag);
        again.fetch.parent = 5;
        fetch_one(&fetching, &again);
        assert_int_equal(again.outcome, FETCH_IMPORTED);
        assert_int_equal(again.receipt, first.receipt);
        assert_int_equal(again.duplicate_of, 0);
        assert_int_equal(fake_s3_all_gets(fetching.collecting.s3), named ? 2 : 1);
    }
    fetching_close(&fetching);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_outcome, outcomes), TEST(test_full_disk),     TEST(test_known),
        TEST(test_known_failure),     TEST(test_known_as_gone), TEST(test_own_file),
    };

    return rows_run("fetch_object", all, ARRAY_LENGTH(all));
}
