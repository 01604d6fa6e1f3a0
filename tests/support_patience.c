#include "tests/support_patience.h"

#include <time.h>

#include "base/utc.h"
#include "tests/rows.h"

void patience_nap(struct patience *patience, const char *what) {
    const struct timespec moment = {.tv_nsec = 1000000};
    int64_t now_ms = monotonic_ms();

    if (patience->end_ms == 0)
        patience->end_ms = now_ms + PATIENCE_LONGEST_MS;
    if (now_ms > patience->end_ms)
        fail_msg("waited in vain for %s", what);
    nanosleep(&moment, NULL);
}
