/* Waiting for what tells a test nothing when it comes: looked at once a millisecond, until it is
 * there or no machine would take so long.
 *
 *     for (struct patience patience = {0}; !has_come();)
 *         patience_nap(&patience, "a file"); */
#ifndef TRAILD_TESTS_SUPPORT_PATIENCE_H
#define TRAILD_TESTS_SUPPORT_PATIENCE_H

#include <stdint.h>

/* More than a busy machine with a slow disk needs for anything here, and less than script/step
 * gives to a whole file of tests, so that the test is named that waits in vain. */
#define PATIENCE_LONGEST_MS INT64_C(300000)

struct patience {
    int64_t end_ms; /* 0: not begun */
};

/* Fails the test, which waits for `what`, when it has waited too long. */
void patience_nap(struct patience *patience, const char *what);

#endif
