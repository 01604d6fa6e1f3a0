#include "collect/outage.h"

#include "base/utc.h"

/* Longer than any of the steps of one who is not held up. */
#define LONGEST_STEP_MS MS_PER_MINUTE

bool is_outage(const struct outage_question *question) {
    return question->brought_ms != 0 && question->brought_ms < question->tried_ms &&
           question->failed >= question->many;
}

void outage_look(struct outage_watch *watch, int64_t now_ms, bool outage) {
    int64_t step_ms = now_ms - watch->looked_ms;

    if (!outage || watch->looked_ms == 0)
        watch->lasts_ms = 0;
    else
        watch->lasts_ms += step_ms < LONGEST_STEP_MS ? step_ms : LONGEST_STEP_MS;
    watch->looked_ms = now_ms;
}
