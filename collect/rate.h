/* How fast something goes, over the last seconds rather than since it began. */
#ifndef TRAILD_COLLECT_RATE_H
#define TRAILD_COLLECT_RATE_H

#include <stddef.h>
#include <stdint.h>

#define RATE_SAMPLES   11
#define RATE_SAMPLE_MS 1000

struct rate_sample {
    int64_t at_ms; /* monotonic */
    int64_t records;
    int64_t bytes;
};

/* Zeroed: nothing noted yet. */
struct rate {
    struct rate_sample samples[RATE_SAMPLES]; /* a ring */
    size_t count;
    size_t newest;
};

/* The totals at this moment; kept once in RATE_SAMPLE_MS. */
void rate_note(struct rate *rate, const struct rate_sample *totals);

struct rate_measured {
    int64_t records_per_second;
    int64_t bytes_per_second;
};

/* From the oldest sample kept to these totals; zeros while none is half a second old. */
struct rate_measured rate_measure(const struct rate *rate, const struct rate_sample *totals);

#endif
