/* store/part_cache.c */
#include "tests/rows.h"

#include <pthread.h>

#include "store/part_cache.h"

#define PART_BYTES 1000
/* Small enough that a handful of parts fills it, and large enough to take one. */
#define CACHE_BYTES ((size_t)40 * PART_BYTES)

static struct cached_part *made(struct part_cache *cache, int64_t block, unsigned number) {
    struct cached_part *part = part_new(cache, PART_BYTES);

    memset(part->bytes, (int)(block + number) & 0xff, PART_BYTES);
    part->hashes = (const uint64_t *)part->bytes;
    return part;
}

static void check_made(const struct cached_part *part, int64_t block, unsigned number) {
    const uint8_t *bytes = (const uint8_t *)part->hashes;

    assert_int_equal(bytes[0], (block + number) & 0xff);
    assert_int_equal(bytes[PART_BYTES - 1], (block + number) & 0xff);
}

static void put(struct part_cache *cache, int64_t block, unsigned number) {
    part_cache_give_back(part_cache_add(cache, block, number, made(cache, block, number)));
}

static bool has(struct part_cache *cache, int64_t block, unsigned number) {
    struct cached_part *part = part_cache_take(cache, block, number);

    if (part == NULL)
        return false;
    check_made(part, block, number);
    part_cache_give_back(part);
    return true;
}

static void test_what_is_added_is_found(void **state) {
    struct part_cache *cache = part_cache_new(CACHE_BYTES);

    (void)state;
    assert_false(has(cache, 1, 2));
    put(cache, 1, 2);
    put(cache, 2, 1);
    put(cache, 1, PART_FRAMES + 1023);
    assert_true(has(cache, 1, 2));
    assert_true(has(cache, 2, 1));
    assert_true(has(cache, 1, PART_FRAMES + 1023));
    assert_false(has(cache, 1, 1));
    assert_false(has(cache, 2, 2));
    part_cache_free(cache);
}

static void test_the_first_one_stays(void **state) {
    struct part_cache *cache = part_cache_new(CACHE_BYTES);

    (void)state;
    struct cached_part *first = part_cache_add(cache, 7, 3, made(cache, 7, 3));
    struct cached_part *second = part_cache_add(cache, 7, 3, made(cache, 7, 3));
    assert_ptr_equal(first, second);
    part_cache_give_back(first);
    part_cache_give_back(second);
    part_cache_free(cache);
}

static size_t count(struct part_cache *cache, int64_t from, int64_t to) {
    size_t found = 0;

    for (int64_t block = from; block < to; block++)
        found += has(cache, block, 0);
    return found;
}

static void test_it_does_not_grow(void **state) {
    struct part_cache *cache = part_cache_new(CACHE_BYTES);

    (void)state;
    for (int64_t block = 0; block < 1000; block++)
        put(cache, block, 0);
    assert_in_range(count(cache, 0, 1000), 10, CACHE_BYTES / PART_BYTES);
    assert_true(has(cache, 999, 0)); /* what came last */
    assert_false(has(cache, 0, 0));
    part_cache_free(cache);
}

static void test_what_is_asked_for_stays(void **state) {
    struct part_cache *cache = part_cache_new(CACHE_BYTES);

    (void)state;
    put(cache, 5000, 0);
    for (int64_t block = 0; block < 1000; block++) {
        put(cache, block, 0);
        assert_true(has(cache, 5000, 0));
    }
    part_cache_free(cache);
}

static void test_what_is_held_stays(void **state) {
    struct part_cache *cache = part_cache_new(CACHE_BYTES);

    (void)state;
    struct cached_part *held = part_cache_add(cache, 5000, 9, made(cache, 5000, 9));
    for (int64_t block = 0; block < 1000; block++)
        put(cache, block, 0);
    check_made(held, 5000, 9);
    assert_true(has(cache, 5000, 9));
    part_cache_give_back(held);
    part_cache_free(cache);
}

static void test_more_may_be_held_than_is_kept(void **state) {
    struct part_cache *cache = part_cache_new(CACHE_BYTES);
    struct cached_part *held[100];

    (void)state;
    for (int64_t block = 0; block < 100; block++)
        held[block] = part_cache_add(cache, block, 0, made(cache, block, 0));
    for (int64_t block = 0; block < 100; block++) {
        check_made(held[block], block, 0);
        part_cache_give_back(held[block]);
    }
    put(cache, 100, 0);
    assert_in_range(count(cache, 0, 101), 10, CACHE_BYTES / PART_BYTES);
    part_cache_free(cache);
}

static void test_a_large_one_pushes_nothing_out(void **state) {
    struct part_cache *cache = part_cache_new(CACHE_BYTES);

    (void)state;
    put(cache, 1, 0);
    struct cached_part *large = part_cache_add(cache, 2, 0, part_new(cache, CACHE_BYTES / 2));
    assert_false(has(cache, 2, 0)); /* it is its holder's alone */
    part_cache_give_back(large);
    assert_true(has(cache, 1, 0));
    part_cache_free(cache);
}

static void test_worth_is_what_comes_again(void **state) {
    struct part_cache *cache = part_cache_new(CACHE_BYTES);

    (void)state;
    assert_false(part_cache_worth(cache, 3, PART_FRAMES));
    assert_true(part_cache_worth(cache, 3, PART_FRAMES));
    assert_false(part_cache_worth(cache, 3, PART_FRAMES + 1));
    part_cache_free(cache);
}

/* ---- pages that are used again ---- */

#define PAGE_BYTES       ((size_t)4096)
#define LARGE_CACHE      (16 * 140 * PAGE_BYTES)
#define BYTES_OF(number) ((number)*PAGE_BYTES - sizeof(struct cached_part))

static struct cached_part *hold_pages(struct part_cache *cache, int64_t block, size_t pages) {
    struct cached_part *part = part_new(cache, BYTES_OF(pages));

    memset(part->bytes, (int)block & 0xff, BYTES_OF(pages));
    return part_cache_add(cache, block, 0, part);
}

static bool has_pages(struct part_cache *cache, int64_t block, size_t pages) {
    struct cached_part *part = part_cache_take(cache, block, 0);

    if (part == NULL)
        return false;
    assert_int_equal(part->bytes[0], (char)block);
    assert_memory_equal(part->bytes, part->bytes + 1, BYTES_OF(pages) - 1); /* all are the same */
    part_cache_give_back(part);
    return true;
}

/* Sizes some of which share a place among the spares, and more of each than is spared. */
static void test_sizes_in_turn(void **state) {
    static const size_t sizes[] = {4, 68, 9, 132, 4};
    struct part_cache *cache = part_cache_new(LARGE_CACHE);
    struct cached_part *held = hold_pages(cache, 1, 4);

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        const int64_t fit = (int64_t)(LARGE_CACHE / PAGE_BYTES / sizes[i]);
        const int64_t from = 10000 * (int64_t)(i + 1);
        int64_t found = 0;
        for (int64_t block = from; block < from + 2 * fit; block++)
            part_cache_give_back(hold_pages(cache, block, sizes[i]));
        for (int64_t block = from; block < from + 2 * fit; block++)
            found += has_pages(cache, block, sizes[i]);
        assert_in_range(found, fit - 1, fit);
    }
    part_cache_give_back(held);
    assert_true(has_pages(cache, 1, 4));
    part_cache_free(cache);
}

/* ---- many at once ---- */

#define THREADS 4
#define ROUNDS  20000
#define BLOCKS  100 /* more than fit */

static void *use(void *argument) {
    struct part_cache *cache = argument;
    uint32_t dice = 1;

    for (int round = 0; round < ROUNDS; round++) {
        dice = dice * 1664525 + 1013904223;
        int64_t block = dice >> 16 & 0xff;
        block %= BLOCKS;
        struct cached_part *part = part_cache_take(cache, block, 0);
        if (part == NULL)
            part = part_cache_add(cache, block, 0, made(cache, block, 0));
        check_made(part, block, 0);
        part_cache_give_back(part);
    }
    return NULL;
}

static void test_many_at_once(void **state) {
    struct part_cache *cache = part_cache_new(CACHE_BYTES);
    pthread_t threads[THREADS];

    (void)state;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use, cache), 0);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_in_range(count(cache, 0, BLOCKS), 10, CACHE_BYTES / PART_BYTES);
    part_cache_free(cache);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_what_is_added_is_found),
        TEST(test_the_first_one_stays),
        TEST(test_it_does_not_grow),
        TEST(test_what_is_asked_for_stays),
        TEST(test_what_is_held_stays),
        TEST(test_more_may_be_held_than_is_kept),
        TEST(test_a_large_one_pushes_nothing_out),
        TEST(test_worth_is_what_comes_again),
        TEST(test_sizes_in_turn),
        TEST(test_many_at_once),
    };

    return rows_run("part_cache", all, ARRAY_LENGTH(all));
}
