#include "collect/outage.h"

#include "base/utc.h"

#define LONGEST_MS (30 * MS_PER_MINUTE)

bool is_outage(const struct outage_question *question) {
    return question->brought_ms != 0 && question->brought_ms < question->tried_ms &&
           question->now_ms - question->brought_ms < LONGEST_MS &&
           question->waiting >= question->downloads;
}
