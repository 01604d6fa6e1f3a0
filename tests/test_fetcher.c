/* collect/fetcher.c, fetch_object.c: what becomes of an object, and who waits for whom. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "aws/client.h"
#include "base/limits.h"
#include "collect/fetcher.h"
#include "store/state.h"
#include "tests/support_collect.h"

/* One who asks for one object, and what it was told. */
struct asked {
    struct fetch fetch; /* first */
    struct gate *told;  /* passed by each that is told */
    enum fetch_outcome outcome;
    int64_t receipt; /* id, 0: none */
    int64_t duplicate_of;
    enum err_kind kind;
    char text[LIMIT_ERROR_TEXT];
};

static void object_done(struct fetch *fetch, enum fetch_outcome outcome,
                        const struct receipt *receipt, const struct err *err) {
    struct asked *asked = (struct asked *)fetch;

    asked->outcome = outcome;
    asked->receipt = receipt == NULL ? 0 : receipt->id;
    asked->duplicate_of = receipt == NULL ? 0 : receipt->duplicate_of;
    asked->kind = err == NULL ? ERR_NONE : err->kind;
    if (err != NULL)
        memcpy(asked->text, err->text, sizeof(asked->text));
    gate_pass(asked->told);
}

/* A fetcher of its own, without the rest of a collector. */
struct fetching {
    struct collecting collecting;
    struct aws_client *client;
    struct fetcher *fetcher;
    struct gate told; /* open */
};

static void fetching_open(struct fetching *fetching, size_t downloads) {
    struct err err;

    collecting_open_store(&fetching->collecting);
    assert_true(aws_client_open(fake_s3_variable, &fetching->client, &err));
    const struct fetcher_config config = {
        .store = fetching->collecting.scratch.store,
        .spools = &fetching->collecting.spools,
        .client = fetching->client,
        .downloads = downloads,
        .max_object_bytes = 10000,
        .max_inflated = MIB,
    };
    if (!fetcher_open(&config, &fetching->fetcher, &err))
        fail_msg("%s", err.text);
    fetching->told = gate_new();
    gate_open(&fetching->told);
}

static void fetching_close(struct fetching *fetching) {
    fetcher_close(fetching->fetcher);
    aws_client_close(fetching->client);
    collecting_close(&fetching->collecting);
}

static struct asked ask_for(struct fetching *fetching, const char *key, const char *etag) {
    return (struct asked){
        .fetch = {.object = {.bucket = SPAN("bucket"),
                             .key = span_of(key),
                             .version = SPAN_NONE,
                             .etag = span_of(etag),
                             .bytes = -1},
                  .done = object_done},
        .told = &fetching->told,
    };
}

/* Adds it to a queue of its own and waits. */
static void fetch_one(struct fetching *fetching, struct asked *asked) {
    int before = gate_inside(&fetching->told);
    struct fetch_queue queue;

    fetch_queue_init(&queue, fetching->fetcher);
    fetch_queue_add(&queue, &asked->fetch);
    gate_wait_inside(&fetching->told, before + 1);
    fetch_queue_end(&queue);
}

/* ---- what becomes of an object ---- */

#define DIGEST                                                                                     \
    "{\"awsAccountId\":\"111122223333\",\"digestStartTime\":\"2024-05-01T10:00:00Z\","             \
    "\"digestEndTime\":\"2024-05-01T11:00:00Z\",\"digestS3Object\":\"d\",\"logFiles\":[]}"

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

/* A file that no compression makes fit into pages there are. */
static struct span large_file(void) {
    static char text[9900];
    struct span small = log_file(1);
    uint64_t random = 88172645463325252u;

    memset(text, 0, sizeof(text));
    memcpy(text, small.data, small.length - 3);
    strcat(text, ",\"userAgent\":\"");
    for (size_t at = strlen(text); at < sizeof(text) - 8; at++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        text[at] = (char)('a' + random % 26);
    }
    strcat(text, "\"}]}");
    return span_of(text);
}

/* There is room for a receipt and none for the file: that must not be its end. */
static void test_full_disk(void **state) {
    struct fetching fetching;

    (void)state;
    fetching_open(&fetching, 1);
    fake_s3_put(fetching.collecting.s3, "bucket", "a", large_file());
    assert_int_equal(sqlite3_exec(fetching.collecting.scratch.store->writer.handle,
                                  "PRAGMA max_page_count = 1", NULL, NULL, NULL),
                     SQLITE_OK);
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

/* ---- who waits for whom ---- */

#define MANY 40

static void add_many(struct fetching *fetching, struct fetch_queue *queue, struct asked *asked,
                     char keys[][32], const char *folder, int count) {
    fetch_queue_init(queue, fetching->fetcher);
    for (int i = 0; i < count; i++) {
        snprintf(keys[i], sizeof(keys[i]), "%s%04d.json", folder, i);
        asked[i] = ask_for(fetching, keys[i], NULL);
        fetch_queue_add(queue, &asked[i].fetch);
    }
}

static void test_one_that_stalls_holds_up_no_other(void **state) {
    struct stall stall = {.part = "0003", .gate = gate_new()};
    struct fetching fetching;
    struct fetch_queue queue;
    struct asked asked[MANY];
    char keys[MANY][32];

    (void)state;
    fetching_open(&fetching, 2);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    fake_s3_fault(fetching.collecting.s3, stall_some, &stall);
    add_many(&fetching, &queue, asked, keys, "f/", MANY);
    gate_wait_inside(&fetching.told, MANY - 1);
    assert_int_equal(count_events(&fetching.collecting), MANY - 1);
    fetch_queue_end(&queue);
    assert_int_equal(asked[3].outcome, FETCH_CANCELLED);
    assert_int_equal(asked[MANY - 1].outcome, FETCH_IMPORTED);
    fetching_close(&fetching);
}

/* All downloads that one may have hang: another has its turn. */
static void test_a_queue_that_stalls_stops_no_other(void **state) {
    struct stall stall = {.part = "f/", .gate = gate_new()};
    struct fetching fetching;
    struct fetch_queue stuck;
    struct fetch_queue other;
    struct asked asked[2][MANY];
    char keys[2][MANY][32];

    (void)state;
    fetching_open(&fetching, 3);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    put_files(fetching.collecting.s3, "g/", 0, MANY);
    fake_s3_fault(fetching.collecting.s3, stall_some, &stall);
    add_many(&fetching, &stuck, asked[0], keys[0], "f/", MANY);
    gate_wait_inside(&stall.gate, 3);
    add_many(&fetching, &other, asked[1], keys[1], "g/", MANY);
    gate_wait_inside(&fetching.told, MANY);
    fetch_queue_end(&other);
    assert_int_equal(gate_inside(&stall.gate), 3);
    struct fetcher_figures figures;
    fetcher_measure(fetching.fetcher, &figures);
    assert_int_equal(figures.under_way, 3);
    assert_int_equal(figures.waiting, MANY - 3);
    assert_int_equal(figures.outcomes[FETCH_IMPORTED], MANY);
    fetch_queue_end(&stuck);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(asked[0][i].outcome, FETCH_CANCELLED);
    fetching_close(&fetching);
}

static void test_stopped(void **state) {
    struct stall stall = {.part = "f/", .gate = gate_new()};
    struct fetching fetching;
    struct fetch_queue queue;
    struct asked asked[MANY];
    char keys[MANY][32];

    (void)state;
    fetching_open(&fetching, 2);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    fake_s3_fault(fetching.collecting.s3, stall_some, &stall);
    add_many(&fetching, &queue, asked, keys, "f/", MANY);
    gate_wait_inside(&stall.gate, 2);
    fetcher_stop(fetching.fetcher);
    gate_wait_inside(&fetching.told, MANY);
    fetch_queue_add(&queue, &asked[0].fetch);
    assert_int_equal(gate_inside(&fetching.told), MANY + 1);
    fetch_queue_end(&queue);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(asked[i].outcome, FETCH_CANCELLED);
    fetching_close(&fetching);
}

/* ---- many who ask at the same time ---- */

static void *ask_many(void *argument) {
    struct fetching *fetching = argument;
    struct fetch_queue queue;
    struct asked asked[MANY];
    char keys[MANY][32];
    struct gate told = gate_new();

    gate_open(&told);
    fetch_queue_init(&queue, fetching->fetcher);
    for (int i = 0; i < MANY; i++) {
        snprintf(keys[i], sizeof(keys[i]), "f/%04d.json", i);
        asked[i] = ask_for(fetching, keys[i], NULL);
        asked[i].told = &told;
        fetch_queue_add(&queue, &asked[i].fetch);
    }
    gate_wait_inside(&told, MANY);
    fetch_queue_end(&queue);
    for (int i = 0; i < MANY; i++)
        assert_true(asked[i].outcome == FETCH_IMPORTED || asked[i].outcome == FETCH_KNOWN);
    return NULL;
}

static void test_many_threads(void **state) {
    struct fetching fetching;
    pthread_t threads[4];

    (void)state;
    fetching_open(&fetching, 4);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_many, &fetching), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(count_events(&fetching.collecting), MANY);
    fetching_close(&fetching);
}

static void test_threads_refused(void **state) {
    struct fetching fetching;
    struct fetcher *fetcher;
    struct err err;

    (void)state;
    fetching_open(&fetching, 1);
    const struct fetcher_config config = {.client = fetching.client, .downloads = 3};
    size_t stack = threads_refuse();
    assert_false(fetcher_open(&config, &fetcher, &err));
    threads_allow(stack);
    assert_int_equal(err.kind, ERR_INTERNAL);
    fetching_close(&fetching);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_outcome, outcomes),
        TEST(test_full_disk),
        TEST(test_known),
        TEST(test_known_failure),
        TEST(test_known_as_gone),
        TEST(test_own_file),
        TEST(test_one_that_stalls_holds_up_no_other),
        TEST(test_a_queue_that_stalls_stops_no_other),
        TEST(test_stopped),
        TEST(test_many_threads),
        TEST(test_threads_refused),
    };

    return rows_run("fetcher", all, ARRAY_LENGTH(all));
}
