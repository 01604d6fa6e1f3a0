#include "base/hmac.h"

#include "base/buffer.h"
#include "tests/rows.h"

#define ROOM 256

/* RFC 4231, section 4, without the one that cuts the sum; keys and messages are repeated texts. */
static const struct hmac_row {
    const char *name;
    const char *key;
    size_t key_times;
    const char *message;
    size_t message_times;
    const char *hex;
} hmacs[] = {
    {"test case 1", "\x0b", 20, "Hi There", 1,
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"test case 2, a short key", "Jefe", 1, "what do ya want for nothing?", 1,
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {"test case 3", "\xaa", 20, "\xdd", 50,
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {"test case 4",
     "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17"
     "\x18\x19",
     1, "\xcd", 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {"test case 6, a key longer than a block", "\xaa", 131,
     "Test Using Larger Than Block-Size Key - Hash Key First", 1,
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {"test case 7, and a longer message", "\xaa", 131,
     "This is a test using a larger than block-size key and a larger than block-size data. The key "
     "needs to be hashed before being used by the HMAC algorithm.",
     1, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    {"nothing with no key", "", 0, "", 0,
     "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
};

static struct span repeated(const char *text, size_t times, struct buffer *room) {
    buffer_init(room, ROOM);
    for (size_t i = 0; i < times; i++)
        buffer_append(room, span_of(text));
    return buffer_span(room);
}

static void test_hmac(void **state) {
    const struct hmac_row *row = *state;
    struct buffer key;
    struct buffer message;
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX_TEXT];

    hmac_sha256(repeated(row->key, row->key_times, &key),
                repeated(row->message, row->message_times, &message), digest);
    sha256_to_hex(digest, hex);
    assert_string_equal(hex, row->hex);
    buffer_clear(&key);
    buffer_clear(&message);
}

/* As keys are derived from one another. */
static void test_the_sum_may_replace_the_key(void **state) {
    uint8_t expected[SHA256_BYTES];
    uint8_t key[SHA256_BYTES];

    (void)state;
    memset(key, 7, sizeof(key));
    hmac_sha256((struct span){(const char *)key, sizeof(key)}, SPAN("20130524"), expected);
    hmac_sha256((struct span){(const char *)key, sizeof(key)}, SPAN("20130524"), key);
    assert_memory_equal(key, expected, sizeof(key));
}

static const struct equal_row {
    const char *name;
    struct span a;
    struct span b;
    bool equal;
} equals[] = {
    {"the same", SPAN("abc"), SPAN("abc"), true},
    {"another first byte", SPAN("abc"), SPAN("bbc"), false},
    {"another last byte", SPAN("abc"), SPAN("abd"), false},
    {"behind a NUL", SPAN("a\0b"), SPAN("a\0c"), false},
    {"a shorter one", SPAN("abc"), SPAN("ab"), false},
    {"nothing and something", SPAN(""), SPAN("a"), false},
    {"nothing twice", SPAN(""), SPAN_NONE, true},
};

static void test_equal(void **state) {
    const struct equal_row *row = *state;

    assert_int_equal(hmac_equal(row->a, row->b), row->equal);
    assert_int_equal(hmac_equal(row->b, row->a), row->equal);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_hmac, hmacs),
        ROWS(test_equal, equals),
        TEST(test_the_sum_may_replace_the_key),
    };

    return rows_run("hmac", all, ARRAY_LENGTH(all));
}
