/* A listing that jumps finds exactly the keys that a look at every key finds: in a bucket made of
 * the input, for a selection made of it, whatever the size of a page. The input's bytes choose
 * among words from which keys are put together, or stand in a key as they are. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/utc.h"
#include "collect/selection.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_KEYS 64

/* What a key may hold at each place of CloudTrail's layout, "" for nothing. */
static const struct span befores[] = {SPAN(""), SPAN("p/"), SPAN("AWSLogs/"), SPAN("~/")};
static const struct span roots[] = {SPAN("AWSLogs/"), SPAN("AWSLogs/o-ab12cd34ef/"), SPAN("")};
static const struct span owners[] = {
    SPAN("111111111111/"),
    SPAN("222222222222/"),
    SPAN("333333333333/"),
    SPAN("1111111111110"),
    SPAN("00x/"),
    SPAN(":/"),
    SPAN(""),
};
static const struct span services[] = {
    SPAN("CloudTrail/"),
    SPAN("CloudTrail-Digest/"),
    SPAN("CloudTrail-Insight/"),
    SPAN("CloudTrail-NetworkActivity/"),
    SPAN("Config/"),
    SPAN("CloudTrail"),
    SPAN("CloudTrail0/"),
    SPAN(""),
};
static const struct span places[] = {
    SPAN("us-east-1/"), SPAN("us-east-1-x/"), SPAN("us-east-10/"),
    SPAN("eu-west-1/"), SPAN("US/"),          SPAN(""),
};
static const struct span days[] = {
    SPAN("2023/07/08/"),
    SPAN("2023/07/09/"),
    SPAN("2023/07/10/"),
    SPAN("2023/07/11/"),
    SPAN("2023/07/12/"),
    SPAN("2023/07/10x/"),
    SPAN(""),
};
static const struct span names[] = {
    SPAN("111111111111_CloudTrail_us-east-1_20230710T1145Z_x.json.gz"),
    SPAN("222222222222_CloudTrail_eu-west-1_20230710T0000Z_x.json.gz"),
    SPAN("222222222222_CloudTrail_eu-west-1_20230709T2359Z_x.json.gz"),
    SPAN("222222222222_CloudTrail_us-east-1-x_20230711T0000Z_x.json.gz"),
    SPAN("x.json.gz"),
    SPAN("x.txt"),
    SPAN(""),
};

static const struct {
    const struct span *words;
    size_t count;
} layout[] = {
    {befores, ARRAY_LENGTH(befores)}, {roots, ARRAY_LENGTH(roots)},
    {owners, ARRAY_LENGTH(owners)},   {services, ARRAY_LENGTH(services)},
    {places, ARRAY_LENGTH(places)},   {days, ARRAY_LENGTH(days)},
    {names, ARRAY_LENGTH(names)},
};

static const struct span accounts[] = {SPAN("222222222222"), SPAN("111111111111")};
static const struct span regions[] = {SPAN("us-east-1"), SPAN("us-east-1-x"), SPAN("eu-west-1")};

struct input {
    const uint8_t *at;
    size_t left;
};

static uint8_t take(struct input *input) {
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

/* A word of each list, seldom none; seldom bytes as they are behind. */
static struct span take_key(struct input *input, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) key = {0};

    for (size_t i = 0; i < ARRAY_LENGTH(layout); i++) {
        uint8_t choice = take(input);
        if (choice < 250)
            buffer_append(&key, layout[i].words[choice % layout[i].count]);
    }
    for (uint8_t bytes = take(input); bytes > 250; bytes--)
        buffer_append_byte(&key, (char)take(input));
    return arena_copy(arena, key.length > 0 ? buffer_span(&key) : SPAN(""));
}

/* What some key begins with. */
static struct span take_prefix(struct input *input, struct arena *arena) {
    size_t length = take(input);
    struct span key = take_key(input, arena);

    return (struct span){key.data, length < key.length ? length : key.length};
}

static int64_t take_time(struct input *input) {
    static const char *const times[] = {
        NULL,         "2023-07-09",           "2023-07-10",           "2023-07-10T12:00:00Z",
        "2023-07-11", "2023-07-11T00:30:00Z", "2023-07-09T23:59:00Z", "1970-01-01",
    };
    const char *text = times[take(input) % ARRAY_LENGTH(times)];
    int64_t ms = -1;

    if (text != NULL && !utc_parse(span_of(text), &ms))
        abort();
    return ms;
}

static struct selection take_selection(struct input *input) {
    struct selection selection = SELECTION_ALL;
    uint8_t lists = take(input);

    selection.accounts = accounts;
    selection.account_count = lists % (ARRAY_LENGTH(accounts) + 1);
    selection.regions = regions;
    selection.region_count = lists / 3 % (ARRAY_LENGTH(regions) + 1);
    selection.from_ms = take_time(input);
    selection.to_ms = take_time(input);
    if (selection.to_ms >= 0 && selection.from_ms >= selection.to_ms)
        selection.to_ms = -1;
    return selection;
}

static int compare_keys(const void *a, const void *b) {
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

struct bucket {
    struct span keys[MOST_KEYS];
    size_t count;
};

static void take_bucket(struct input *input, struct arena *arena, struct bucket *bucket) {
    bucket->count = 0;
    while (bucket->count < MOST_KEYS && input->left > 0)
        bucket->keys[bucket->count++] = take_key(input, arena);
    qsort(bucket->keys, bucket->count, sizeof(*bucket->keys), compare_keys);
}

static bool wants(const struct selector *selector, struct span key) {
    struct key_facts facts = key_facts_of(key);

    return span_starts_with(key, selector->prefix) &&
           selector_judge(selector, &facts) == SELECTION_WANTED;
}

static void check(bool good, const char *what, struct span key, struct span position) {
    if (good)
        return;
    fprintf(stderr, "%s: %.*s at %.*s\n", what, SPAN_ARGS(key), SPAN_ARGS(position));
    abort();
}

/* As S3 does: keys below the prefix behind `position`, at most a page of them. Gives the place in
 * the bucket where the page ends. */
static size_t list_page(const struct bucket *bucket, const struct selector *selector,
                        struct span position, size_t page, bool found[MOST_KEYS]) {
    size_t at = 0;

    while (at < bucket->count && (span_compare(bucket->keys[at], position) <= 0 ||
                                  !span_starts_with(bucket->keys[at], selector->prefix)))
        at++;
    for (; page > 0 && at < bucket->count; page--, at++) {
        if (!span_starts_with(bucket->keys[at], selector->prefix))
            return bucket->count;
        found[at] = wants(selector, bucket->keys[at]);
    }
    return at;
}

static void list_all(const struct bucket *bucket, const struct selector *selector, size_t page,
                     struct arena *arena, bool found[MOST_KEYS]) {
    struct span position = selector->prefix;
    struct span next;

    while (selector_seek(selector, position, arena, &next)) {
        check(span_compare(next, position) >= 0, "went back to", next, position);
        size_t at = list_page(bucket, selector, next, page, found);
        if (at == 0 || at == bucket->count)
            return;
        check(span_compare(bucket->keys[at - 1], next) >= 0, "stays at", next, position);
        position = bucket->keys[at - 1];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct input input = {data, size};
    struct bucket bucket;
    struct selector selector;
    bool found[MOST_KEYS] = {false};

    struct selection selection = take_selection(&input);
    size_t page = 1 + take(&input) % 4;
    selector_init(&selector, &selection, take_prefix(&input, &arena));
    take_bucket(&input, &arena, &bucket);
    list_all(&bucket, &selector, page, &arena, found);
    for (size_t i = 0; i < bucket.count; i++) {
        struct span key = bucket.keys[i];
        /* start-after leaves out the key that is the prefix: a folder or nothing we know, but for
         * a prefix that is the name of one file. */
        bool is_prefix = span_equal(key, selector.prefix);
        bool twice = i > 0 && span_equal(key, bucket.keys[i - 1]);
        check(is_prefix || twice || found[i] == wants(&selector, key),
              found[i] ? "found" : "missed", key, selector.prefix);
    }
    return 0;
}
