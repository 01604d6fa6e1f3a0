/* store/uuids.c */
#include "tests/rows.h"

#include "store/uuids.h"

#define UUID_1 "0123abcd-4567-89ef-0123-456789abcdef"
#define UUID_2 "ffffffff-ffff-ffff-ffff-ffffffffffff"

static const struct text_row {
    const char *name;
    const char *text;
    const char *taken;
    size_t uuids;
} texts[] = {
    {"nothing", "", "", 0},
    {"no UUID", "{\"eventName\":\"GetUser\"}", "{\"eventName\":\"GetUser\"}", 0},
    {"only a UUID", UUID_1, "\x01", 1},
    {"a UUID in quotes", "\"" UUID_1 "\"", "\"\x01\"", 1},
    {"two side by side", UUID_1 UUID_2, "\x01\x01", 2},
    {"two in a list", "[\"" UUID_1 "\",\"" UUID_2 "\"]", "[\"\x01\",\"\x01\"]", 2},
    {"behind more digits", "abc" UUID_1, "abc\x01", 1},
    {"before more digits", UUID_1 "abc",
     "\x01"
     "abc",
     1},
    {"behind digits and a dash", "0123-" UUID_2, "0123-\x01", 1},
    {"upper case", "0123ABCD-4567-89EF-0123-456789ABCDEF", "0123ABCD-4567-89EF-0123-456789ABCDEF",
     0},
    {"a digit too few", "0123abcd-4567-89ef-0123-456789abcde",
     "0123abcd-4567-89ef-0123-456789abcde", 0},
    {"a letter that is no digit", "0123abcg-4567-89ef-0123-456789abcdef",
     "0123abcg-4567-89ef-0123-456789abcdef", 0},
    {"no dash", "0123abcd-4567089ef-0123-456789abcdef", "0123abcd-4567089ef-0123-456789abcdef", 0},
    {"only digits", "0123456789abcdef0123456789abcdef0123456789abcdef",
     "0123456789abcdef0123456789abcdef0123456789abcdef", 0},
    {"only dashes", "------------------------------------------------",
     "------------------------------------------------", 0},
};

static void check_back(const struct buffer *text, const struct buffer *uuids, struct span whole) {
    char *back = memory_new(whole.length + 1, 1);
    const char *end = uuids_put(buffer_span(text), uuids->data, back);

    assert_int_equal(end - back, whole.length);
    assert_memory_equal(back, whole.data, whole.length);
    free(back);
}

static void test_text(void **state) {
    const struct text_row *row = *state;
    struct buffer text = {0};
    struct buffer uuids = {0};

    uuids_take(span_of(row->text), &text, &uuids);
    assert_true(span_equal(buffer_span(&text), span_of(row->taken)));
    assert_int_equal(uuids.length, row->uuids * UUID_BYTES);
    assert_int_equal(uuids_count(buffer_span(&text)), row->uuids);
    check_back(&text, &uuids, span_of(row->text));
    buffer_clear(&text);
    buffer_clear(&uuids);
}

/* Wherever it stands, it is found: the search looks at some of the bytes only. */
static void test_every_place(void **state) {
    char whole[128];

    (void)state;
    for (size_t length = UUID_TEXT; length <= sizeof(whole); length++) {
        for (size_t place = 0; place + UUID_TEXT <= length; place++) {
            struct buffer text = {0};
            struct buffer uuids = {0};
            memset(whole, 'a', sizeof(whole));
            memcpy(whole + place, UUID_1, UUID_TEXT);
            uuids_take((struct span){whole, length}, &text, &uuids);
            assert_int_equal(text.length, length - UUID_TEXT + 1);
            assert_int_equal(text.data[place], UUID_MARK);
            check_back(&text, &uuids, (struct span){whole, length});
            buffer_clear(&text);
            buffer_clear(&uuids);
        }
    }
}

int main(void) {
    const struct rows all[] = {ROWS(test_text, texts), TEST(test_every_place)};

    return rows_run("uuids", all, ARRAY_LENGTH(all));
}
