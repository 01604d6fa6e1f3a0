#include "tests/support_fetching.h"

#include "tests/rows.h"

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

void fetching_allow(struct fetching *fetching, size_t downloads, int64_t max_object_bytes) {
    struct err err;
    const struct fetcher_config config = {
        .store = fetching->collecting.scratch.store,
        .spools = &fetching->collecting.spools,
        .client = fetching->client,
        .downloads = downloads,
        .max_object_bytes = max_object_bytes,
        .max_inflated = MIB,
    };
    fetcher_close(fetching->fetcher);
    if (!fetcher_open(&config, &fetching->fetcher, &err))
        fail_msg("%s", err.text);
}

void fetching_open(struct fetching *fetching, size_t downloads) {
    struct err err;

    *fetching = (struct fetching){0};
    collecting_open_store(&fetching->collecting);
    assert_true(aws_client_open(fake_s3_variable, &fetching->client, &err));
    fetching_allow(fetching, downloads, 10000);
    fetching->told = gate_new();
    gate_open(&fetching->told);
}

void fetching_close(struct fetching *fetching) {
    fetcher_close(fetching->fetcher);
    aws_client_close(fetching->client);
    collecting_close(&fetching->collecting);
}

struct asked ask_for(struct fetching *fetching, const char *key, const char *etag) {
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

void fetch_one(struct fetching *fetching, struct asked *asked) {
    int before = gate_inside(&fetching->told);
    struct fetch_queue queue;

    fetch_queue_init(&queue, fetching->fetcher);
    fetch_queue_add(&queue, &asked->fetch);
    gate_wait_inside(&fetching->told, before + 1);
    fetch_queue_end(&queue);
}
