#include "base/radix.h"

#include <string.h>

#define DIGIT_BITS   8
#define DIGIT_VALUES (1 << DIGIT_BITS)

/* The bits in which any two words differ. */
static uint64_t differences(const uint64_t *words, size_t count) {
    uint64_t all = 0;

    for (size_t i = 1; i < count; i++)
        all |= words[i] ^ words[0];
    return all;
}

static void sort_by_digit(const uint64_t *from, uint64_t *to, size_t count, unsigned bit) {
    size_t places[DIGIT_VALUES] = {0};
    size_t place = 0;

    for (size_t i = 0; i < count; i++)
        places[from[i] >> bit & (DIGIT_VALUES - 1)]++;
    for (size_t value = 0; value < DIGIT_VALUES; value++) {
        size_t words = places[value];
        places[value] = place;
        place += words;
    }
    for (size_t i = 0; i < count; i++)
        to[places[from[i] >> bit & (DIGIT_VALUES - 1)]++] = from[i];
}

void radix_sort(uint64_t *words, uint64_t *scratch, size_t count, unsigned from_bit) {
    uint64_t differing = differences(words, count);
    uint64_t *from = words;
    uint64_t *to = scratch;

    for (unsigned bit = from_bit; bit < 64; bit += DIGIT_BITS) {
        if ((differing >> bit & (DIGIT_VALUES - 1)) == 0)
            continue;
        sort_by_digit(from, to, count, bit);
        uint64_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != words && count > 0)
        memcpy(words, from, count * sizeof(*words));
}
