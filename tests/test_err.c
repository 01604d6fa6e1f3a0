#include "base/err.h"

#include <errno.h>

#include "tests/rows.h"

static struct err filled(void) {
    struct err err;

    (void)err_set(&err, ERR_BUSY, "before");
    (void)err_at(&err, 5, 6);
    return err;
}

static void test_set(void **state) {
    struct err err = filled();

    (void)state;
    assert_false(err_set(&err, ERR_INVALID, "limit must be 1 to %d", 1000));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.text, "limit must be 1 to 1000");
    assert_int_equal(err.offset, ERR_NO_POSITION);
    assert_int_equal(err.index, ERR_NO_POSITION);
}

static void test_add_puts_the_doing_in_front(void **state) {
    struct err err = filled();

    (void)state;
    assert_false(err_add(&err, "reading %s", "a.json"));
    assert_false(err_add(&err, "importing"));
    assert_string_equal(err.text, "importing: reading a.json: before");
    assert_int_equal(err.kind, ERR_BUSY);
    assert_int_equal(err.offset, 5);
    assert_int_equal(err.index, 6);
}

static void test_errno_is_put_into_words(void **state) {
    struct err err = filled();

    (void)state;
    errno = ENOENT;
    assert_false(err_errno(&err, "opening %s", "a.json"));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_string_equal(err.text, "opening a.json: No such file or directory");
    assert_int_equal(err.offset, ERR_NO_POSITION);
}

static void test_at_keeps_kind_and_text(void **state) {
    struct err err = filled();

    (void)state;
    assert_false(err_at(&err, INT64_C(5000000000), 0));
    assert_int_equal(err.offset, INT64_C(5000000000));
    assert_int_equal(err.index, 0);
    assert_int_equal(err.kind, ERR_BUSY);
    assert_string_equal(err.text, "before");
}

static void test_long_texts_are_cut(void **state) {
    char text[4 * LIMIT_ERROR_TEXT];
    struct err err = {0};

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_false(err_set(&err, ERR_INVALID, "%s", text));
    assert_int_equal(strlen(err.text), LIMIT_ERROR_TEXT - 1);
    assert_false(err_add(&err, "%s", text));
    assert_in_range(strlen(err.text), 400, LIMIT_ERROR_TEXT - 1);
    errno = EACCES;
    assert_false(err_errno(&err, "%s", text));
    assert_non_null(strstr(err.text, ": Permission denied"));
}

static void test_what_was_wrong_has_all_the_room_there_is(void **state) {
    char text[LIMIT_ERROR_TEXT - 5];
    struct err err = {0};

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_false(err_set(&err, ERR_INVALID, "%s", text));
    assert_false(err_add(&err, "ab"));
    assert_memory_equal(err.text, "ab: x", 5);
    assert_string_equal(err.text + 4, text);
}

static void test_what_was_wrong_outlives_what_was_done(void **state) {
    char path[2 * LIMIT_ERROR_TEXT];
    struct err err = {0};

    (void)state;
    memset(path, 'p', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_false(err_set(&err, ERR_UNREADABLE, "the gzip is cut off"));
    assert_false(err_add(&err, "reading %s", path));
    assert_non_null(strstr(err.text, ": the gzip is cut off"));
}

int main(void) {
    const struct rows all[] = {
        TEST(test_set),
        TEST(test_add_puts_the_doing_in_front),
        TEST(test_errno_is_put_into_words),
        TEST(test_at_keeps_kind_and_text),
        TEST(test_long_texts_are_cut),
        TEST(test_what_was_wrong_has_all_the_room_there_is),
        TEST(test_what_was_wrong_outlives_what_was_done),
    };

    return rows_run("err", all, ARRAY_LENGTH(all));
}
