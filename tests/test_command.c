#include "aws/command.h"

#include <fcntl.h>
#include <unistd.h>

#include "tests/rows.h"

#define SHELL(script)                                                                              \
    { "sh", "-c", script, NULL }

static bool run(const char *const *words, int64_t most_ms, struct arena *arena, struct span *out,
                struct err *err) {
    char *copies[4];

    memcpy(copies, words, sizeof(copies));
    const struct command command = {.words = copies, .most_ms = most_ms, .most_bytes = 1000};
    return command_run(&command, arena, out, err);
}

static const struct good_row {
    const char *name;
    const char *words[4];
    const char *output;
} good[] = {
    {"what it writes", {"echo", "a", NULL, NULL}, "a\n"},
    {"nothing", {"true", NULL, NULL, NULL}, ""},
    {"both outputs are read", SHELL("echo a; echo b >&2; echo c"), "a\nc\n"},
    {"there is nothing to read", {"cat", NULL, NULL, NULL}, ""},
    {"just as much as may be", SHELL("head -c 1000 /dev/zero | tr '\\0' x | cut -c 1-3"), "xxx\n"},
    {"it sees nothing that we have open",
     SHELL("for i in 3 4 5 6 7 8 9 10 11 12; do [ ! -e /proc/$$/fd/$i ] || echo $i; done"), ""},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    struct arena arena = {0};
    struct err err = {0};
    struct span output;
    int open_one = open("/dev/null", O_RDONLY);

    if (!run(row->words, 60000, &arena, &output, &err))
        fail_msg("it says: %s", err.text);
    assert_true(span_equal(output, span_of(row->output)));
    close(open_one);
    arena_clear(&arena);
}

static const struct bad_row {
    const char *name;
    const char *words[4];
    int64_t most_ms;
    enum err_kind kind;
    const char *complaint;
} bad[] = {
    {"no such program",
     {"/no/such", NULL, NULL, NULL},
     60000,
     ERR_REMOTE,
     "cannot be started: No such file or directory"},
    {"a status", SHELL("exit 7"), 60000, ERR_REMOTE, "ended with status 7"},
    {"its last words", SHELL("echo a >&2; echo ' b c ' >&2; exit 1"), 60000, ERR_REMOTE,
     "ended with status 1: b c"},
    {"a signal", SHELL("kill -TERM $$"), 60000, ERR_REMOTE, "was ended by signal 15"},
    {"too much", SHELL("head -c 1001 /dev/zero"), 60000, ERR_REMOTE, "wrote more than 1000 bytes"},
    {"too many complaints", SHELL("head -c 1001 /dev/zero >&2"), 60000, ERR_REMOTE,
     "wrote more than 1000 bytes"},
    {"too slow", SHELL("sleep 1000"), 100, ERR_BUSY, "did not end within 100 ms"},
    {"too slow, and says nothing more", SHELL("exec >&- 2>&-; exec sleep 1000"), 100, ERR_BUSY,
     "did not end within 100 ms"},
    {"its child is too slow", SHELL("sleep 1000 & exit 0"), 100, ERR_BUSY,
     "did not end within 100 ms"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct arena arena = {0};
    struct err err = {0};
    struct span output;

    assert_false(run(row->words, row->most_ms, &arena, &output, &err));
    assert_string_equal(err.text, row->complaint);
    assert_int_equal(err.kind, row->kind);
    arena_clear(&arena);
}

int main(void) {
    const struct rows all[] = {ROWS(test_good, good), ROWS(test_bad, bad)};

    return rows_run("command", all, ARRAY_LENGTH(all));
}
