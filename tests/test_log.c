#include "base/log.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "base/utc.h"
#include "tests/rows.h"

#define MOST_BYTES 200000

/* What the lines written by `write` put on stderr. */
struct capture {
    char text[MOST_BYTES];
    size_t length;
};

static void capture_stderr(void (*write_lines)(void), struct capture *out) {
    int file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    int before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

    assert_true(file >= 0 && before >= 0);
    assert_int_equal(dup2(file, STDERR_FILENO), STDERR_FILENO);
    write_lines();
    assert_int_equal(dup2(before, STDERR_FILENO), STDERR_FILENO);
    ssize_t length = pread(file, out->text, MOST_BYTES - 1, 0);
    assert_true(length >= 0);
    out->length = (size_t)length;
    out->text[length] = '\0';
    close(file);
    close(before);
}

/* The line as JSON; fails unless there is just one, with its end. */
static json_t *only_line(const struct capture *capture) {
    assert_true(capture->length > 0);
    assert_ptr_equal(strchr(capture->text, '\n'), capture->text + capture->length - 1);
    json_t *line = json_loadb(capture->text, capture->length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(line);
    return line;
}

static void assert_text(const json_t *line, const char *name, const char *text) {
    assert_string_equal(json_string_value(json_object_get(line, name)), text);
}

static void write_a_line(void) {
    struct log_line line;

    log_begin(&line, LOG_INFO, "import done");
    log_text(&line, "source", SPAN("a \"b\"\nc"));
    log_text(&line, "nothing", SPAN_NONE);
    log_number(&line, "records", -5);
    log_end(&line);
}

static void test_a_line(void **state) {
    static struct capture capture;
    int64_t before = utc_now_ms();
    int64_t time_ms;

    (void)state;
    capture_stderr(write_a_line, &capture);
    json_t *line = only_line(&capture);
    assert_text(line, "level", "info");
    assert_text(line, "message", "import done");
    assert_text(line, "source", "a \"b\"\nc");
    assert_true(json_is_null(json_object_get(line, "nothing")));
    assert_int_equal(json_integer_value(json_object_get(line, "records")), -5);
    assert_true(utc_parse(span_of(json_string_value(json_object_get(line, "time"))), &time_ms));
    assert_in_range(time_ms, before, utc_now_ms());
    json_decref(line);
}

static void say_a_warning(void) {
    log_say(LOG_WARN, "skipping file", "path", SPAN("x.json"));
}

static void test_a_warning(void **state) {
    static struct capture capture;

    (void)state;
    capture_stderr(say_a_warning, &capture);
    json_t *line = only_line(&capture);
    assert_text(line, "level", "warn");
    assert_text(line, "path", "x.json");
    json_decref(line);
}

static void say_an_error(void) {
    log_say(LOG_ERROR, "the disk is full", NULL, SPAN_NONE);
}

static void test_an_error_without_more(void **state) {
    static struct capture capture;

    (void)state;
    capture_stderr(say_an_error, &capture);
    json_t *line = only_line(&capture);
    assert_text(line, "level", "error");
    assert_int_equal(json_object_size(line), 3);
    json_decref(line);
}

static void say_much(void) {
    static char text[100000];

    memset(text, '\x01', sizeof(text));
    log_say(LOG_INFO, "long", "text", (struct span){text, sizeof(text)});
}

static void test_a_long_value_is_cut(void **state) {
    static struct capture capture;

    (void)state;
    capture_stderr(say_much, &capture);
    json_t *line = only_line(&capture);
    assert_in_range(json_string_length(json_object_get(line, "text")), 1000, 10000);
    assert_in_range(capture.length, 1, 65536);
    json_decref(line);
}

/* In a process of its own, since there is no way back. */
static void fall_silent(void) {
    pid_t child = fork();
    int status = -1;

    if (child == 0) {
        log_silence();
        say_an_error();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void test_silence(void **state) {
    static struct capture capture;

    (void)state;
    capture_stderr(fall_silent, &capture);
    assert_int_equal(capture.length, 0);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_a_line),
        TEST(test_a_warning),
        TEST(test_an_error_without_more),
        TEST(test_a_long_value_is_cut),
        TEST(test_silence),
    };

    return rows_run("log", all, ARRAY_LENGTH(all));
}
