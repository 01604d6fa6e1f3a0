#include "aws/retry.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/utc.h"

#define LOOK_MS INT64_C(20) /* how soon a cancel is noticed */

static const int64_t first_ms[] = {[RETRY_FAILED] = 100, [RETRY_THROTTLED] = 1000};

int64_t retry_span_ms(const struct retry *retry, enum retry_reason reason) {
    int64_t span = first_ms[reason];

    for (int64_t i = 1; i < retry->made && span < RETRY_LONGEST_MS; i++)
        span *= 2;
    return span < RETRY_LONGEST_MS ? span : RETRY_LONGEST_MS;
}

/* Without luck in the system's random numbers, the time will do. */
static int64_t random_below(int64_t limit) {
    uint64_t number = 0;

    if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != (ssize_t)sizeof(number))
        number = (uint64_t)monotonic_us();
    return (int64_t)(number % (uint64_t)limit);
}

static bool is_cancelled(const struct retry *retry) {
    return retry->cancel != NULL && atomic_load(retry->cancel);
}

static void sleep_until(const struct retry *retry, int64_t deadline_ms) {
    for (int64_t left = deadline_ms - monotonic_ms(); left > 0 && !is_cancelled(retry);
         left = deadline_ms - monotonic_ms()) {
        int64_t piece = left < LOOK_MS ? left : LOOK_MS;
        const struct timespec pause = {.tv_nsec = piece * 1000000};
        nanosleep(&pause, NULL);
    }
}

static void tell_attempts(const struct retry *retry, struct err *err) {
    size_t length = strlen(err->text);

    if (retry->made > 1)
        snprintf(err->text + length, sizeof(err->text) - length, " (tried %" PRId64 " times)",
                 retry->made);
}

bool retry_wait(struct retry *retry, enum retry_reason reason, int64_t least_ms, struct err *err) {
    retry->made++;
    if (retry->made >= retry->attempts) {
        tell_attempts(retry, err);
        return false;
    }

    int64_t wait_ms = random_below(retry_span_ms(retry, reason));
    int64_t least = least_ms < RETRY_LONGEST_MS ? least_ms : RETRY_LONGEST_MS;
    sleep_until(retry, monotonic_ms() + (wait_ms > least ? wait_ms : least));
    if (is_cancelled(retry))
        return err_set(err, ERR_CANCELLED, "cancelled while waiting to ask once more");
    return true;
}
