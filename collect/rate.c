#include "collect/rate.h"

/* A shorter time tells more of chance than of speed. */
#define SHORTEST_MS (RATE_SAMPLE_MS / 2)

void rate_note(struct rate *rate, const struct rate_sample *totals) {
    if (rate->count > 0 && totals->at_ms < rate->samples[rate->newest].at_ms + RATE_SAMPLE_MS)
        return;
    if (rate->count > 0)
        rate->newest = (rate->newest + 1) % RATE_SAMPLES;
    if (rate->count < RATE_SAMPLES)
        rate->count++;
    rate->samples[rate->newest] = *totals;
}

struct rate_measured rate_measure(const struct rate *rate, const struct rate_sample *totals) {
    if (rate->count == 0)
        return (struct rate_measured){0};
    const struct rate_sample *oldest =
        &rate->samples[(rate->newest + RATE_SAMPLES + 1 - rate->count) % RATE_SAMPLES];
    int64_t passed_ms = totals->at_ms - oldest->at_ms;

    if (passed_ms < SHORTEST_MS)
        return (struct rate_measured){0};
    return (struct rate_measured){
        .records_per_second = (totals->records - oldest->records) * 1000 / passed_ms,
        .bytes_per_second = (totals->bytes - oldest->bytes) * 1000 / passed_ms,
    };
}
