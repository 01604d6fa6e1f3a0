#include "server/progress.h"

#include <stdlib.h>

#include "base/limits.h"
#include "tests/rows.h"

static void assert_text(struct buffer *text, const char *expected) {
    buffer_append_byte(text, '\0');
    assert_string_equal(text->data, expected);
    buffer_clear(text);
}

static const struct word_row {
    const char *name;
    void (*append)(struct buffer *, int64_t);
    int64_t value;
    const char *text;
} words[] = {
    {"no bytes", append_bytes, 0, "0 B"},
    {"some bytes", append_bytes, 10239, "10239 B"},
    {"kibibytes", append_bytes, 10240, "10 KiB"},
    {"nearly mebibytes", append_bytes, 10 * MIB - 1, "10239 KiB"},
    {"mebibytes", append_bytes, 10 * MIB, "10 MiB"},
    {"gibibytes", append_bytes, 25 * GIB, "25 GiB"},
    {"none", append_count, 0, "0"},
    {"below a thousand", append_count, 999, "999"},
    {"a thousand", append_count, 1000, "1,000"},
    {"zeros inside", append_count, 12003004, "12,003,004"},
    {"no time", append_duration, 0, "0 s"},
    {"rounded seconds", append_duration, 1500, "2 s"},
    {"nearly a minute", append_duration, 59499, "59 s"},
    {"a minute", append_duration, 59500, "1 min 00 s"},
    {"minutes", append_duration, 200000, "3 min 20 s"},
    {"hours", append_duration, 3720000, "1 h 02 min"},
};

static void test_word(void **state) {
    const struct word_row *row = *state;
    struct buffer text = {0};

    row->append(&text, row->value);
    assert_text(&text, row->text);
}

static const struct line_row {
    const char *name;
    bool terminal;
    size_t columns;
    int64_t now_ms; /* started at 1000 */
    struct progress_state state;
    const char *text;
} lines[] = {
    {"a bar",
     true,
     200,
     11000,
     {5, 20, 25 * MIB, 100 * MIB, 50000, false},
     "\r[##........]  25%  5/20 files  25 of 100 MiB  5,000 events/s  30 s left"},
    {"a bar at its end",
     true,
     200,
     11000,
     {20, 20, 100 * MIB, 100 * MIB, 50000, false},
     "\r[##########] 100%  20/20 files  100 of 100 MiB  5,000 events/s"},
    {"files that grew meanwhile",
     true,
     200,
     11000,
     {20, 20, 110 * MIB, 100 * MIB, 0, false},
     "\r[##########] 100%  20/20 files  110 of 100 MiB  11 MiB/s"},
    {"little",
     true,
     200,
     11000,
     {1, 2, 5000, 10000, 20, false},
     "\r[#####.....]  50%  1/2 files  5000 B of 10000 B  2 events/s  10 s left"},
    {"much",
     true,
     200,
     11000,
     {1, 2, 10 * GIB, 20 * GIB, 20, false},
     "\r[#####.....]  50%  1/2 files  10 GiB of 20 GiB  2 events/s  10 s left"},
    {"no more than the terminal is wide",
     true,
     20,
     11000,
     {5, 20, 25 * MIB, 100 * MIB, 50000, false},
     "\r[##........]  25%  "},
    {"of standard input nothing is known",
     true,
     200,
     11000,
     {0, 1, 25 * MIB, 0, 50000, false},
     "\r0/1 files  25 MiB  5,000 events/s"},
    {"while there is more to find",
     true,
     200,
     11000,
     {5, 1000, 25 * MIB, 100 * MIB, 50000, true},
     "\r5/1,000+ files  25 MiB  5,000 events/s"},
    {"too soon to draw", true, 200, 1099, {0, 1, 0, 0, 0, false}, ""},
    {"soon enough to draw", true, 200, 1100, {0, 1, 0, 0, 0, false}, "\r0/1 files  0 B  0 B/s"},
    {"too soon to guess the rest",
     true,
     200,
     1900,
     {1, 2, 10, 20, 0, false},
     "\r[#####.....]  50%  1/2 files  10 B of 20 B  11 B/s"},
    {"a plain line",
     false,
     0,
     6000,
     {5, 20, 25 * MIB, 100 * MIB, 50000, false},
     "5/20 files  25 of 100 MiB  10,000 events/s  15 s left\n"},
    {"too soon for a plain line", false, 0, 5999, {5, 20, 25 * MIB, 100 * MIB, 50000, false}, ""},
};

static void test_line(void **state) {
    const struct line_row *row = *state;
    struct progress progress;
    struct buffer text = {0};

    progress_init(&progress, row->terminal, 1000);
    progress_show(&progress, &row->state, row->now_ms, row->columns, &text);
    assert_text(&text, row->text);
}

static void test_a_shorter_bar_leaves_nothing_of_the_longer(void **state) {
    const struct progress_state longer = {1, 1, 0, 0, 123456, false};
    const struct progress_state shorter = {1, 1, 0, 0, 1, false};
    struct progress progress;
    struct buffer text = {0};

    (void)state;
    progress_init(&progress, true, 0);
    progress_show(&progress, &longer, 100000, 200, &text);
    assert_text(&text, "\r1/1 files  0 B  1,234 events/s");
    progress_show(&progress, &shorter, 100100, 200, &text);
    assert_text(&text, "\r1/1 files  0 B  0 events/s    ");
    progress_hide(&progress, &text);
    assert_text(&text, "\r                          \r");
    progress_hide(&progress, &text);
    assert_text(&text, "");
}

static void test_words_are_for_terminals(void **state) {
    struct progress progress;
    struct buffer text = {0};

    (void)state;
    progress_init(&progress, true, 0);
    progress_say(&progress, SPAN("merging"), 80, &text);
    assert_text(&text, "\rmerging");
    progress_hide(&progress, &text);
    assert_text(&text, "\r       \r");
    progress_init(&progress, false, 0);
    progress_say(&progress, SPAN("merging"), 80, &text);
    assert_text(&text, "");
}

static void test_the_reason_for_waiting(void **state) {
    const struct progress_state work = {0, 1, 0, 0, 0, false};
    struct progress progress;
    struct buffer text = {0};

    (void)state;
    progress_init(&progress, true, 0);
    progress_wait(&progress, SPAN("cut off"), 100, 80, &text);
    assert_text(&text, "\rwaiting: cut off");
    progress_init(&progress, false, 0);
    progress_wait(&progress, SPAN("cut off"), 4999, 0, &text);
    assert_text(&text, "");
    progress_wait(&progress, SPAN("cut off"), 5000, 0, &text);
    assert_text(&text, "waiting: cut off\n");
    progress_show(&progress, &work, 9999, 0, &text);
    assert_text(&text, "");
    progress_wait(&progress, SPAN("cut off"), 10000, 0, &text);
    assert_text(&text, "waiting: cut off\n");
}

/* The whole sentence once, after a while, and once more when it had gone on in between. */
static void test_why_it_waits_for_long(void **state) {
    const struct progress_state work = {0, 1, 0, 0, 0, false};
    struct progress progress;
    struct buffer text = {0};

    (void)state;
    progress_init(&progress, true, 0);
    for (int64_t begin = 1000; begin < 100000; begin += 50000) {
        progress_wait(&progress, SPAN("for long"), begin, 13, &text);
        buffer_clear(&text);
        progress_wait(&progress, SPAN("for long"), begin + PROGRESS_WAIT_MS - 1, 13, &text);
        assert_text(&text, "\rwaiting: for");
        progress_wait(&progress, SPAN("for long"), begin + 2 * PROGRESS_WAIT_MS, 13, &text);
        assert_text(&text, "\r            \rwaiting: for long\n\rwaiting: for");
        progress_wait(&progress, SPAN("for long"), begin + 3 * PROGRESS_WAIT_MS, 13, &text);
        assert_text(&text, "\rwaiting: for");
        progress_show(&progress, &work, begin + 4 * PROGRESS_WAIT_MS, 13, &text);
        buffer_clear(&text);
    }
}

static void test_the_pace_of_plain_lines(void **state) {
    const struct progress_state work = {0, 1, 0, 0, 0, false};
    struct progress progress;
    struct buffer text = {0};
    int shown = 0;

    (void)state;
    progress_init(&progress, false, 0);
    for (int64_t now = 0; now <= 60000; now += 100) {
        progress_show(&progress, &work, now, 0, &text);
        shown += text.length > 0;
        buffer_clear(&text);
    }
    assert_int_equal(shown, 60000 / PROGRESS_PLAIN_MS);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_word, words),
        ROWS(test_line, lines),
        TEST(test_a_shorter_bar_leaves_nothing_of_the_longer),
        TEST(test_words_are_for_terminals),
        TEST(test_why_it_waits_for_long),
        TEST(test_the_reason_for_waiting),
        TEST(test_the_pace_of_plain_lines),
    };

    return rows_run("progress", all, ARRAY_LENGTH(all));
}
