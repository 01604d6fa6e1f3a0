#include "base/json_text.h"

#include <jansson.h>

#include "tests/rows.h"

static const struct string_row {
    const char *name;
    struct span text;
    const char *json;
} strings[] = {
    {"no value", {NULL, 0}, "null"},
    {"nothing", {"", 0}, "\"\""},
    {"plain text", {"arn:aws:s3:::x/*", 16}, "\"arn:aws:s3:::x/*\""},
    {"quotes", {"a\"b", 3}, "\"a\\\"b\""},
    {"backslashes", {"a\\", 2}, "\"a\\\\\""},
    {"line ends and tabs", {"\r\n\t", 3}, "\"\\r\\n\\t\""},
    {"a NUL", {"a\0b", 3}, "\"a\\u0000b\""},
    {"other control characters", {"\x01\x1f\x7f", 3}, "\"\\u0001\\u001f\\u007f\""},
    {"two bytes", {"\xc3\xa4", 2}, "\"\xc3\xa4\""},
    {"three bytes", {"\xe8\xb3\x87", 3}, "\"\xe8\xb3\x87\""},
    {"four bytes", {"\xf0\x9f\x9a\x80", 4}, "\"\xf0\x9f\x9a\x80\""},
    {"the last character", {"\xf4\x8f\xbf\xbf", 4}, "\"\xf4\x8f\xbf\xbf\""},
    {"beyond the last",
     {"\xf4\x90\x80\x80", 4},
     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"a byte alone",
     {"a\xff"
      "b",
      3},
     "\"a\xef\xbf\xbd"
     "b\""},
    {"a sequence that is cut off", {"\xe8\xb3", 2}, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    {"a sequence that breaks off", {"\xc3(", 2}, "\"\xef\xbf\xbd(\""},
    {"two bytes where one will do", {"\xc0\xaf", 2}, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    {"three bytes where two will do",
     {"\xe0\x80\xaf", 3},
     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"four bytes where three will do",
     {"\xf0\x80\x80\x80", 4},
     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"half a surrogate pair", {"\xed\xa0\x80", 3}, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
};

static void test_string(void **state) {
    const struct string_row *row = *state;
    struct buffer out = {0};

    json_text_string(&out, row->text);
    assert_int_equal(out.length, strlen(row->json));
    assert_memory_equal(out.data, row->json, out.length);
    json_t *value = json_loadb(out.data, out.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    assert_non_null(value);
    json_decref(value);
    buffer_clear(&out);
}

/* Plain bytes are taken eight at a time: each byte at each place among them. */
static void test_every_byte_at_every_place(void **state) {
    (void)state;
    for (unsigned byte = 0; byte < 0x80; byte++) {
        for (size_t place = 0; place < 20; place++) {
            char text[20];
            struct buffer out = {0};
            /* The lowest plain bytes, but for the quote. */
            memset(text, place == 2 ? '!' : ' ' + (int)place, sizeof(text));
            text[place] = (char)byte;
            json_text_string(&out, (struct span){text, sizeof(text)});
            json_t *value =
                json_loadb(out.data, out.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
            assert_non_null(value);
            assert_int_equal(json_string_length(value), sizeof(text));
            assert_memory_equal(json_string_value(value), text, sizeof(text));
            json_decref(value);
            buffer_clear(&out);
        }
    }
}

/* Any two bytes make good JSON. */
static void test_whatever_the_bytes_it_is_json(void **state) {
    (void)state;
    for (int first = 0; first < 256; first++) {
        for (int second = 0; second < 256; second++) {
            char text[] = {'a', (char)first, (char)second};
            struct buffer out = {0};

            json_text_string(&out, (struct span){text, sizeof(text)});
            json_t *value =
                json_loadb(out.data, out.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
            if (value == NULL)
                fail_msg("%02x %02x", (unsigned)first, (unsigned)second);
            json_decref(value);
            buffer_clear(&out);
        }
    }
}

static void test_members_and_elements(void **state) {
    static const char expected[] =
        "{\"name\":\"x\",\"none\":null,\"count\":-7,"
        "\"least\":-9223372036854775808,\"most\":9223372036854775807,"
        "\"time\":\"2023-07-10T12:25:29Z\",\"never\":null,\"yes\":true,\"no\":false,"
        "\"nothing\":0,\"unknown\":null,\"object\":{\"a\":1},\"missing\":null,\"list\":[\"a[\",\"b{"
        "\",{}]}";
    struct buffer out = {0};

    (void)state;
    buffer_append_byte(&out, '{');
    json_text_string_member(&out, "name", SPAN("x"));
    json_text_string_member(&out, "none", SPAN_NONE);
    json_text_integer_member(&out, "count", -7);
    json_text_integer_member(&out, "least", INT64_MIN);
    json_text_integer_member(&out, "most", INT64_MAX);
    json_text_time_member(&out, "time", INT64_C(1688991929000));
    json_text_time_member(&out, "never", -1);
    json_text_flag_member(&out, "yes", true);
    json_text_flag_member(&out, "no", false);
    json_text_count_member(&out, "nothing", 0);
    json_text_count_member(&out, "unknown", -1);
    json_text_raw_member(&out, "object", SPAN("{\"a\":1}"));
    json_text_raw_member(&out, "missing", SPAN_NONE);
    json_text_name(&out, "list");
    buffer_append_byte(&out, '[');
    json_text_next(&out);
    json_text_string(&out, SPAN("a["));
    json_text_next(&out);
    json_text_string(&out, SPAN("b{"));
    json_text_next(&out);
    buffer_append_text(&out, "{}]}");
    assert_int_equal(out.length, strlen(expected));
    assert_memory_equal(out.data, expected, out.length);
    buffer_clear(&out);
}

static void test_nothing_stands_before_the_first(void **state) {
    struct buffer out = {0};

    (void)state;
    json_text_next(&out);
    assert_int_equal(out.length, 0);
    buffer_clear(&out);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_string, strings),
        TEST(test_every_byte_at_every_place),
        TEST(test_whatever_the_bytes_it_is_json),
        TEST(test_members_and_elements),
        TEST(test_nothing_stands_before_the_first),
    };

    return rows_run("json_text", all, ARRAY_LENGTH(all));
}
