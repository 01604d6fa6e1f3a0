#include "base/hash.h"

#include "tests/rows.h"

/* Over 240 bytes, since those are hashed in another way. */
#define LONG_TEXT                                                                                  \
    "arn:aws:ram:us-west-1:111122223333:resource-share/12345678-abcd-4321-9876-987656789098 and "  \
    "so on, for more than two hundred and forty bytes, since longer texts are hashed in another "  \
    "way: arn:aws:ram:us-west-1:111122223333:resource-share/12345678-abcd-4321-9876"

/* The store keeps hashes: these numbers, XXH3's own, must never change. */
static const struct known_row {
    const char *name;
    struct span bytes;
    uint64_t seed;
    uint64_t hash;
} known[] = {
    {"nothing", {"", 0}, 0, UINT64_C(0x2d06800538d394c2)},
    {"no value", {NULL, 0}, 0, UINT64_C(0x2d06800538d394c2)},
    {"a letter", {"a", 1}, 0, UINT64_C(0xe6c632b61e964e1f)},
    {"an account", {"111122223333", 12}, 0, UINT64_C(0x46454a92c2c2483a)},
    {"an account, another seed", {"111122223333", 12}, 1, UINT64_C(0x529068c8a945e41a)},
    {"a long text", {LONG_TEXT, sizeof(LONG_TEXT) - 1}, 0, UINT64_C(0xfeb3a34d574bc11d)},
};

static void test_known(void **state) {
    const struct known_row *row = *state;

    assert_true(hash_bytes(row->bytes, row->seed) == row->hash);
}

int main(void) {
    const struct rows all[] = {ROWS(test_known, known)};

    return rows_run("hash", all, ARRAY_LENGTH(all));
}
