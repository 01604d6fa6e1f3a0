#include "bench/corpus/state.h"

#include "base/utc.h"

#define LATE_ONE_IN 900

/* How busy an hour of the week is, in percent: people work by day, programs all the time. */
static uint64_t busy_percent(int64_t ms) {
    int64_t hours = ms / MS_PER_HOUR;
    int64_t hour = hours % 24;
    int64_t day = (hours / 24 + 4) % 7; /* 1970-01-01 was a Thursday */

    if (day == 0 || day == 6)
        return 35;
    return hour >= 7 && hour < 18 ? 100 : 45;
}

static int64_t draw_time(struct corpus *corpus) {
    uint64_t span = (uint64_t)(corpus->options.to_ms - corpus->options.from_ms);
    int64_t ms;

    do {
        ms = corpus->options.from_ms + (int64_t)dice_below(&corpus->dice, span);
    } while (dice_below(&corpus->dice, 100) >= busy_percent(ms));
    return ms;
}

struct corpus_place corpus_draw_place(struct corpus *corpus) {
    struct corpus_place place = {
        .account = (int)dice_skewed(&corpus->dice, (uint64_t)corpus->options.accounts),
        .region = (int)dice_skewed(&corpus->dice, (uint64_t)corpus->options.regions),
        .time_ms = draw_time(corpus),
        .late = dice_one_in(&corpus->dice, LATE_ONE_IN),
    };
    uint64_t category = dice_below(&corpus->dice, 200);

    if (category < 2)
        place.category = category == 0 ? CORPUS_INSIGHT : CORPUS_NETWORK_ACTIVITY;
    return place;
}
