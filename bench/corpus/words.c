#include "bench/corpus/words.h"

#include <time.h>

#include "base/utc.h"

#define ADDRESSES UINT64_C(20000)

static void letters(struct dice *dice, const char *alphabet, uint64_t letter_count, uint64_t count,
                    struct buffer *out) {
    char *room = buffer_reserve(out, count);

    for (uint64_t i = 0; i < count; i++)
        room[i] = alphabet[dice_below(dice, letter_count)];
    out->length += count;
}

static const char hex_digits[] = "0123456789abcdef";

WORD(write_hex) {
    letters(dice, hex_digits, 16, piece->number, out);
}

WORD(write_digits) {
    letters(dice, hex_digits, 10, piece->number, out);
}

WORD(write_capitals) {
    letters(dice, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 36, piece->number, out);
}

WORD(write_lower) {
    letters(dice, "abcdefghijklmnopqrstuvwxyz0123456789", 36, piece->number, out);
}

WORD(write_base64) {
    letters(dice, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 64,
            piece->number, out);
}

WORD(write_base64url) {
    letters(dice, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 64,
            piece->number, out);
}

/* Version 4 (RFC 4122, section 4.4). */
WORD(write_uuid) {
    static const char form[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    uint64_t bits = 0;
    char *room = buffer_reserve(out, sizeof(form) - 1);

    for (size_t i = 0; i < sizeof(form) - 1; i++) {
        if (i % 16 == 0)
            bits = dice_next(dice);
        char digit = form[i] == 'y' ? "89ab"[bits & 3] : hex_digits[bits & 15];
        room[i] = form[i] == 'x' || form[i] == 'y' ? digit : form[i];
        bits >>= 4;
    }
    out->length += sizeof(form) - 1;
}

static void append_number(uint64_t number, struct buffer *out) {
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    buffer_append(out, (struct span){digits + at, sizeof(digits) - at});
}

WORD(write_number) {
    append_number(dice_below(dice, piece->number), out);
}

/* Small numbers more often. */
WORD(write_amount) {
    append_number(dice_skewed(dice, piece->number) + 1, out);
}

static struct span pick_choice(struct span choices, uint64_t number) {
    struct span choice = choices;
    struct span rest = choices;

    for (uint64_t i = 0; i <= number; i++) {
        if (!span_cut(rest, '|', &choice, &rest))
            choice = rest;
    }
    return choice;
}

WORD(write_choice) {
    buffer_append(out, pick_choice(piece->text, dice_below(dice, piece->number)));
}

/* The first choices more often. */
WORD(write_usual) {
    buffer_append(out, pick_choice(piece->text, dice_skewed(dice, piece->number)));
}

/* The choice that goes with the thing: lists of the same length have corresponding choices. */
WORD(write_nth) {
    buffer_append(out, pick_choice(piece->text, scene->thing[piece->thing] % piece->number));
}

/* The sixteen letters behind AKIA, ASIA, AIDA and AROA: base 32, and they begin with the account's
 * number, so that those of one account look alike. */
WORD(write_tail) {
    bool of_caller = piece->thing == THING_CALLER || piece->thing == THING_SESSION;
    int64_t account = 0;

    (void)!span_to_integer(of_caller ? scene->caller_account : scene->account, &account);
    uint64_t first = UINT64_C(1) << 47 | (uint64_t)account << 7 | (dice_next(dice) & 0x7f);
    unsigned __int128 bits = (unsigned __int128)first << 32 | (dice_next(dice) & UINT32_MAX);
    char *room = buffer_reserve(out, 16);
    for (int i = 15; i >= 0; i--) {
        room[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(unsigned)bits & 31];
        bits >>= 5;
    }
    out->length += 16;
}

static void append_address(uint64_t kind, uint64_t bits, struct buffer *out) {
    static const char *const documentation[] = {"192.0.2", "198.51.100", "203.0.113"};
    unsigned low = bits & 0xff;
    unsigned high = bits >> 8 & 0xff;
    unsigned wide = bits >> 16 & 0xffff;

    if (kind < 7)
        buffer_append_format(out, "2001:db8:%x:%x::%x", low, wide, high + 1);
    else if (kind < 16)
        buffer_append_format(out, "%s.%u", documentation[kind % 3], low);
    else if (kind < 36)
        buffer_append_format(out, "10.20.%u.%u", high, low);
    else
        buffer_append_format(out, "198.%u.%u.%u", 18 + wide % 2, high, low);
}

/* Addresses of the ranges set aside for documentation, benchmarks and private networks
 * (RFC 5737, RFC 2544, RFC 3849, RFC 1918): they belong to nobody. */
WORD(write_address) {
    struct dice of_address = {dice_mix(scene->seed, dice_skewed(dice, ADDRESSES))};
    uint64_t kind = dice_below(&of_address, 100);

    append_address(kind, dice_next(&of_address), out);
}

WORD(write_account) {
    buffer_append(out, scene->account);
}

WORD(write_caller_account) {
    buffer_append(out, scene->caller_account);
}

WORD(write_region) {
    buffer_append(out, scene->region);
}

static void append_time(int64_t ms, struct buffer *out) {
    char text[UTC_TEXT_BYTES];

    buffer_append(out, utc_format(ms - ms % 1000, text));
}

/* The event's time, or seconds later. */
WORD(write_time) {
    int64_t later = piece->text.length > 0 ? (int64_t)piece->number * 1000 : 0;

    append_time(scene->time_ms + later, out);
}

/* Some time in the year before. */
WORD(write_past) {
    append_time(scene->time_ms - (int64_t)dice_below(dice, UINT64_C(31536000000)), out);
}

WORD(write_started) {
    append_time(scene->started_ms, out);
}

WORD(write_epoch) {
    append_number((uint64_t)scene->time_ms / 1000, out);
}

/* The form of times inside many responses: "Jan 22, 2021 12:46:28 AM". */
WORD(write_long_time) {
    time_t seconds = (time_t)(scene->time_ms / 1000 + (int64_t)piece->number);
    struct tm parts = {0};
    char text[SCENE_TEXT];

    gmtime_r(&seconds, &parts);
    strftime(text, sizeof(text), "%b %-e, %Y %-l:%M:%S %p", &parts);
    buffer_append_text(out, text);
}

static const struct {
    const char *name;
    word_writer *write;
} words[] = {
    {"hex", write_hex},
    {"digits", write_digits},
    {"capitals", write_capitals},
    {"lower", write_lower},
    {"base64", write_base64},
    {"base64url", write_base64url},
    {"uuid", write_uuid},
    {"number", write_number},
    {"amount", write_amount},
    {"choice", write_choice},
    {"usual", write_usual},
    {"nth", write_nth},
    {"tail", write_tail},
    {"address", write_address},
    {"account", write_account},
    {"caller-account", write_caller_account},
    {"region", write_region},
    {"time", write_time},
    {"long-time", write_long_time},
    {"past", write_past},
    {"started", write_started},
    {"epoch", write_epoch},
};

word_writer *word_find(struct span name) {
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (span_equal(name, span_of(words[i].name)))
            return words[i].write;
    }
    return frame_word_find(name);
}
