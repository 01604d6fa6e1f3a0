#include "tests/rows.h"

#include <jansson.h>

#include "base/hash.h"
#include "tests/shapes.h"

#define CHANGES 2000

/* The same texts read by jansson: what one takes, the other must take. Numbers beyond a double and
 * lone surrogates, which jansson refuses, cannot come of these texts and changes. */
static const struct text_row {
    const char *name;
    const char *text;
} texts[] = {
    {"Records", "{\"a\" :1, \"Records\":[" A ", {} ,\n[1,2.5e3] ], \"b\":[true,null]}"},
    {"an array", "[" A " ,\"x\\n\", {\"a\":{\"b\":[ ]}} ]"},
    {"lines", A "\n" NO "\n{\"a\":[]}\n-1 false"},
    {"LookupEvents", "{\"Events\" : [" LOOKUP_EVENT(A_TEXT) "]}"},
    {"CloudWatch Logs", "{\"owner\":\"1\",\"logEvents\":[" LOG_EVENT(A_TEXT) "] }"},
    {"EventBridge", EVENTBRIDGE(A)},
};

/* Whether jansson reads the text to its end, value by value, at least one. */
static bool jansson_takes(struct span text) {
    bool any = false;

    for (text = span_trim(text); text.length > 0; text = span_trim(text)) {
        json_error_t error;
        json_t *value =
            json_loadb(text.data, text.length,
                       JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &error);
        if (value == NULL)
            return false;
        json_decref(value);
        text = span_skip(text, (size_t)error.position);
        any = true;
    }
    return any;
}

static bool shape_takes(struct span text, struct err *err) {
    CLEANUP(transcript_clear) struct transcript transcript;
    struct shape_result result = {0};

    transcript_init(&transcript, 0);
    transcript.counts_only = true;
    return walk_drips(text, 1000000, &transcript, &result, err);
}

/* Sets, takes out or puts in one byte that means something to JSON. */
static void change(struct buffer *text, uint64_t random) {
    static const char bytes[] = "{}[],:\"\\ \n01-.atfn/\x01\x80";
    size_t place = random % text->length;
    char byte = bytes[(random >> 16) % (sizeof(bytes) - 1)];

    if (random >> 32 & 1) {
        text->data[place] = byte;
    } else if (random >> 33 & 1) {
        memmove(text->data + place, text->data + place + 1, text->length - place - 1);
        text->length--;
    } else {
        buffer_append_byte(text, byte);
        memmove(text->data + place + 1, text->data + place, text->length - place - 1);
        text->data[place] = byte;
    }
}

static bool compare(const char *original, uint64_t seed) {
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct err err = {0};

    buffer_append_text(&text, original);
    for (uint64_t i = 0; i <= seed % 3; i++)
        change(&text, hash_bytes((struct span){(const char *)&seed, sizeof(seed)}, i));
    bool takes = shape_takes(buffer_span(&text), &err);
    if (takes != jansson_takes(buffer_span(&text)))
        fail_msg("%s: %.*s", err.text, SPAN_ARGS(buffer_span(&text)));
    return takes;
}

static void test_differ(void **state) {
    const struct text_row *row = *state;

    size_t taken = 0;

    for (uint64_t seed = 0; seed < CHANGES; seed++)
        taken += compare(row->text, seed);
    assert_in_range(taken, CHANGES / 20, CHANGES - CHANGES / 20);
}

int main(void) {
    const struct rows all[] = {ROWS(test_differ, texts)};

    return rows_run("shape_differ", all, ARRAY_LENGTH(all));
}
