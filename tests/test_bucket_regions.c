#include "tests/rows.h"

#include <stdio.h>

#include "aws/bucket_regions.h"
#include "base/limits.h"

static void test_learns_and_learns_anew(void **state) {
    struct bucket_regions CLEANUP(bucket_regions_clear) regions = {0};

    (void)state;
    assert_null(bucket_regions_find(&regions, SPAN("a")).data);
    bucket_regions_learn(&regions, SPAN("a"), SPAN("eu-west-1"));
    bucket_regions_learn(&regions, SPAN("ab"), SPAN("us-east-2"));
    assert_true(span_equal(bucket_regions_find(&regions, SPAN("a")), SPAN("eu-west-1")));
    assert_true(span_equal(bucket_regions_find(&regions, SPAN("ab")), SPAN("us-east-2")));
    bucket_regions_learn(&regions, SPAN("a"), SPAN("eu-west-2"));
    assert_true(span_equal(bucket_regions_find(&regions, SPAN("a")), SPAN("eu-west-2")));
    assert_int_equal(regions.count, 2);
}

static void test_never_more_than_the_limit(void **state) {
    struct bucket_regions CLEANUP(bucket_regions_clear) regions = {0};
    char name[32];

    (void)state;
    for (int i = 0; i <= LIMIT_BUCKETS_LEARNT; i++) {
        snprintf(name, sizeof(name), "bucket-%d", i);
        bucket_regions_learn(&regions, span_of(name), SPAN("eu-west-1"));
    }
    assert_int_equal(regions.count, 1);
    assert_true(span_equal(bucket_regions_find(&regions, span_of(name)), SPAN("eu-west-1")));
    assert_null(bucket_regions_find(&regions, SPAN("bucket-0")).data);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_learns_and_learns_anew),
        TEST(test_never_more_than_the_limit),
    };

    return rows_run("bucket_regions", all, ARRAY_LENGTH(all));
}
