#include "bench/client/timings.h"

#include <stdlib.h>
#include <time.h>

#include "base/memory.h"

#define NS_PER_SECOND INT64_C(1000000000)

void timings_clear(struct timings *timings) {
    free(timings->nanoseconds);
    *timings = (struct timings){0};
}

void timings_add(struct timings *timings, int64_t nanoseconds) {
    if (timings->count == timings->capacity) {
        timings->capacity = timings->capacity > 0 ? 2 * timings->capacity : 1024;
        timings->nanoseconds =
            memory_resize(timings->nanoseconds, timings->capacity, sizeof(int64_t));
    }
    timings->nanoseconds[timings->count++] = nanoseconds;
}

void timings_join(struct timings *timings, const struct timings *more) {
    for (size_t i = 0; i < more->count; i++)
        timings_add(timings, more->nanoseconds[i]);
}

static int compare(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

void timings_sort(struct timings *timings) {
    if (timings->count > 0)
        qsort(timings->nanoseconds, timings->count, sizeof(int64_t), compare);
}

int64_t timings_at(const struct timings *timings, unsigned percent) {
    if (timings->count == 0)
        return 0;
    size_t rank = (timings->count * percent + 99) / 100;
    return timings->nanoseconds[rank > 0 ? rank - 1 : 0];
}

int64_t nanoseconds_now(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}
