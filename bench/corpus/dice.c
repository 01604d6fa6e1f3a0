#include "bench/corpus/dice.h"

/* The finaliser of splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t scramble(uint64_t value) {
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

uint64_t dice_next(struct dice *dice) {
    dice->state += UINT64_C(0x9e3779b97f4a7c15);
    return scramble(dice->state);
}

uint64_t dice_below(struct dice *dice, uint64_t count) {
    return (uint64_t)(((unsigned __int128)dice_next(dice) * count) >> 64);
}

/* Draws the power of two first and the place within it second: each octave is as likely. */
uint64_t dice_skewed(struct dice *dice, uint64_t count) {
    uint64_t octaves = 64 - (uint64_t)__builtin_clzll(count);
    uint64_t value;

    do {
        uint64_t octave = UINT64_C(1) << dice_below(dice, octaves);
        value = octave - 1 + dice_below(dice, octave);
    } while (value >= count);
    return value;
}

bool dice_one_in(struct dice *dice, uint64_t count) {
    return dice_below(dice, count) == 0;
}

uint64_t dice_mix(uint64_t a, uint64_t b) {
    return scramble(a * UINT64_C(0x9e3779b97f4a7c15) + scramble(b + UINT64_C(0x632be59bd9b4e019)));
}
