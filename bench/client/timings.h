/* How long each request took. */
#ifndef TRAILD_BENCH_CLIENT_TIMINGS_H
#define TRAILD_BENCH_CLIENT_TIMINGS_H

#include <stddef.h>
#include <stdint.h>

struct timings {
    int64_t *nanoseconds; /* owned */
    size_t count;
    size_t capacity;
};

void timings_clear(struct timings *timings);
void timings_add(struct timings *timings, int64_t nanoseconds);

/* Adds all of `more`. */
void timings_join(struct timings *timings, const struct timings *more);

/* Sorts, so that timings_at can look. */
void timings_sort(struct timings *timings);

/* The smallest time that `percent` of the sorted ones do not exceed; 0 when there are none. */
int64_t timings_at(const struct timings *timings, unsigned percent);

/* Of a clock that only goes forward. */
int64_t nanoseconds_now(void);

#endif
