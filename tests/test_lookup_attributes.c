/* Of names of resources the store has 32 bits of hash: what has another name with the same ones is
 * not shown. Everything else about attributes: test_lookup.c and test_lookup_oracle.c. */
#include "tests/rows.h"

#include <stdio.h>

#include "store/column.h"
#include "tests/support_call.h"

#define NAMES 300000 /* among so many, ten pairs are alike */

struct hashed {
    uint32_t hash;
    uint32_t number; /* of the name */
};

static struct span name_of(uint32_t number, char room[20]) {
    return (struct span){room, (size_t)snprintf(room, 20, "bucket-%u", number)};
}

static int compare_hashes(const void *a, const void *b) {
    uint32_t left = ((const struct hashed *)a)->hash;
    uint32_t right = ((const struct hashed *)b)->hash;

    return (left > right) - (left < right);
}

/* Two numbers whose names have one hash. */
static void find_pair(uint32_t *out_first, uint32_t *out_second) {
    struct hashed *all = memory_new(NAMES, sizeof(*all));
    size_t at = 1;
    char room[20];

    for (uint32_t i = 0; i < NAMES; i++) {
        all[i].number = i;
        (void)cell_value_of(ATTRIBUTE_LOOKUP_NAME, name_of(i, room), &all[i].hash);
    }
    qsort(all, NAMES, sizeof(*all), compare_hashes);
    while (at < NAMES && all[at].hash != all[at - 1].hash)
        at++;
    assert_true(at < NAMES);
    *out_first = all[at - 1].number;
    *out_second = all[at].number;
    free(all);
}

static void import_buckets(struct caller *caller, uint32_t first, uint32_t second) {
    struct buffer CLEANUP(buffer_clear) file = {0};
    const uint32_t numbers[] = {first, second, first};

    for (int i = 0; i < 3; i++)
        buffer_append_format(&file,
                             "{\"eventTime\":\"2026-10-01T08:00:0%dZ\",\"eventID\":\"e%d\","
                             "\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"CreateBucket\","
                             "\"requestParameters\":{\"bucketName\":\"bucket-%u\"}}",
                             i, i, numbers[i]);
    call_import(caller, buffer_span(&file));
}

static json_t *lookup(struct caller *caller, uint32_t number, const char *more) {
    char input[200];

    snprintf(input, sizeof(input),
             "{\"LookupAttributes\":[{\"AttributeKey\":\"ResourceName\",\"AttributeValue\":"
             "\"bucket-%u\"}],\"MaxResults\":2%s}",
             number, more);
    struct response response = call_aws(caller, "LookupEvents", span_of(input));
    json_t *answer = body_json(&response);
    response_clear(&response);
    return answer;
}

static const char *id_of(const json_t *answer) {
    const json_t *event = json_array_get(json_object_get(answer, "Events"), 0);

    return json_string_value(json_object_get(event, "EventId"));
}

/* Its place on the page stays empty, and the next page goes on behind it. */
static void test_alike_hashes(void **state) {
    uint32_t first;
    uint32_t second;
    struct caller caller;
    char more[150];

    (void)state;
    find_pair(&first, &second);
    caller_open(&caller);
    import_buckets(&caller, first, second);
    json_t *answer = lookup(&caller, first, "");
    assert_int_equal(json_array_size(json_object_get(answer, "Events")), 1);
    assert_string_equal(id_of(answer), "e2");
    snprintf(more, sizeof(more), ",\"NextToken\":\"%s\"",
             json_string_value(json_object_get(answer, "NextToken")));
    json_decref(answer);
    answer = lookup(&caller, first, more);
    assert_int_equal(json_array_size(json_object_get(answer, "Events")), 1);
    assert_string_equal(id_of(answer), "e0");
    assert_null(json_object_get(answer, "NextToken"));
    json_decref(answer);
    caller_close(&caller);
}

int main(void) {
    const struct rows all[] = {TEST(test_alike_hashes)};

    return rows_run("lookup_attributes", all, ARRAY_LENGTH(all));
}
