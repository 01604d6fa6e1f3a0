#include "base/sha256.h"

#include "base/buffer.h"
#include "tests/rows.h"

/* FIPS 180-4 examples; the last is a million times the letter a. */
static const struct digest_row {
    const char *name;
    const char *text;
    size_t times;
    const char *hex;
} digests[] = {
    {"nothing", "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"more than a block", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"a million letters", "aaaaaaaaaa", 100000,
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

static void test_digest(void **state) {
    const struct digest_row *row = *state;
    struct sha256 sha256;
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX_TEXT];

    sha256_begin(&sha256);
    for (size_t i = 0; i < row->times; i++)
        sha256_add(&sha256, span_of(row->text));
    sha256_add(&sha256, SPAN_NONE);
    sha256_end(&sha256, digest);
    assert_null(sha256.state);
    sha256_to_hex(digest, hex);
    assert_string_equal(hex, row->hex);
}

static void test_pieces_do_not_matter(void **state) {
    struct span text = SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");

    (void)state;
    for (size_t cut = 0; cut <= text.length; cut++) {
        struct sha256 sha256;
        uint8_t digest[SHA256_BYTES];
        char hex[SHA256_HEX_TEXT];

        sha256_begin(&sha256);
        sha256_add(&sha256, (struct span){text.data, cut});
        sha256_add(&sha256, span_skip(text, cut));
        sha256_end(&sha256, digest);
        sha256_to_hex(digest, hex);
        assert_string_equal(hex,
                            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    }
}

static void test_bytes_that_are_all_there(void **state) {
    const struct digest_row *row = *state;
    struct buffer text;
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX_TEXT];

    buffer_init(&text, strlen(row->text) * row->times);
    for (size_t i = 0; i < row->times; i++)
        buffer_append_text(&text, row->text);
    sha256_of(buffer_span(&text), digest);
    sha256_to_hex(digest, hex);
    assert_string_equal(hex, row->hex);
    buffer_clear(&text);
}

/* What is not freed here, the leak checker finds. */
static void test_giving_up(void **state) {
    struct sha256 sha256 = {0};

    (void)state;
    sha256_clear(&sha256);
    sha256_begin(&sha256);
    sha256_clear(&sha256);
    sha256_begin(&sha256);
    sha256_add(&sha256, SPAN("abc"));
    sha256_clear(&sha256);
    sha256_clear(&sha256);
    assert_null(sha256.state);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_digest, digests),
        ROWS(test_bytes_that_are_all_there, digests),
        TEST(test_pieces_do_not_matter),
        TEST(test_giving_up),
    };

    return rows_run("sha256", all, ARRAY_LENGTH(all));
}
