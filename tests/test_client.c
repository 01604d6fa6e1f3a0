/* What bench/client makes of an answer and of the times of requests. */
#include "bench/client/connection.h"
#include "bench/client/timings.h"

#include "tests/rows.h"

static const struct head_row {
    const char *name;
    const char *received;
    bool whole;
    int status; /* 0: it is no answer that can be read on */
    size_t head_bytes;
    size_t body_bytes;
} heads[] = {
    {"an answer", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", true, 200, 38, 2},
    {"a receipt", "HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n", true, 201, 44, 10},
    {"small letters", "HTTP/1.1 200 OK\r\ncontent-length:7\r\n\r\n", true, 200, 37, 7},
    {"behind another line", "HTTP/1.1 503 No\r\nX: 1\r\nContent-Length: 3\r\n\r\n", true, 503, 44,
     3},
    {"no body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true, 200, 38, 0},
    {"a length of another kind", "HTTP/1.1 200 OK\r\nX-Content-Length: 3\r\n\r\n", true, 0, 40, 0},
    {"no length", "HTTP/1.1 200 OK\r\nX: 1\r\n\r\n", true, 0, 25, 0},
    {"a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", true, 0, 38, 0},
    {"no status", "HTTP/1.1\r\nContent-Length: 3\r\n\r\n", true, 0, 31, 3},
    {"nothing", "", false, 0, 0, 0},
    {"a head that is not whole", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", false, 0, 0, 0},
};

static void test_head(void **state) {
    const struct head_row *row = *state;
    struct answer_head head = {0};

    assert_int_equal(answer_head_read(span_of(row->received), &head), row->whole);
    assert_int_equal(head.status, row->status);
    assert_int_equal(head.head_bytes, row->head_bytes);
    assert_int_equal(head.body_bytes, row->body_bytes);
}

static const struct time_row {
    const char *name;
    int64_t times[8];
    size_t count;
    unsigned percent;
    int64_t expected;
} times[] = {
    {"nothing was measured", {0}, 0, 50, 0},
    {"the middle of three", {30, 10, 20}, 3, 50, 20},
    {"the lower one of two", {20, 10}, 2, 50, 10},
    {"nearly all of few is the slowest", {5, 1, 9, 7}, 4, 99, 9},
    {"all", {5, 1, 9, 7}, 4, 100, 9},
    {"none is the fastest", {5, 1, 9, 7}, 4, 0, 1},
    {"a half of eight", {8, 7, 6, 5, 4, 3, 2, 1}, 8, 50, 4},
    {"a little more", {8, 7, 6, 5, 4, 3, 2, 1}, 8, 51, 5},
};

static void test_times(void **state) {
    const struct time_row *row = *state;
    struct timings one = {0};
    struct timings all = {0};

    for (size_t i = 0; i < row->count; i++)
        timings_add(&one, row->times[i]);
    timings_join(&all, &one);
    timings_sort(&all);
    assert_int_equal(all.count, row->count);
    assert_int_equal(timings_at(&all, row->percent), row->expected);
    timings_clear(&one);
    timings_clear(&all);
}

static void test_many_times(void **state) {
    struct timings all = {0};

    (void)state;
    for (int64_t i = 5000; i > 0; i--)
        timings_add(&all, i);
    timings_sort(&all);
    assert_int_equal(timings_at(&all, 50), 2500);
    assert_int_equal(timings_at(&all, 99), 4950);
    timings_clear(&all);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_head, heads),
        ROWS(test_times, times),
        TEST(test_many_times),
    };

    return rows_run("client", all, ARRAY_LENGTH(all));
}
