#include "collect/pace.h"

#include "base/hash.h"
#include "base/utc.h"
#include "collect/key_layout.h"

static int64_t clamp(int64_t value, int64_t least, int64_t most) {
    return value < least ? least : value > most ? most : value;
}

/* The folder of a day, or within it the names of a minute when `facts` tell what they begin with.
 */
static struct span key_at(struct span folder, int64_t ms, const struct key_facts *facts,
                          struct arena *arena) {
    char text[UTC_TEXT_BYTES];
    struct span behind;

    utc_format(clamp(ms, UTC_MIN_MS, UTC_MAX_MS), text);
    if (facts == NULL)
        behind = arena_format(arena, "%.4s/%.2s/%.2s/", text, text + 5, text + 8);
    else
        behind =
            arena_format(arena, "%.4s/%.2s/%.2s/%.*s_CloudTrail_%.*s_%.4s%.2s%.2sT%.2s%.2s", text,
                         text + 5, text + 8, SPAN_ARGS(facts->account), SPAN_ARGS(facts->region),
                         text, text + 5, text + 8, text + 11, text + 14);
    return arena_join(arena, folder, behind);
}

/* -1: nothing tells. */
static int64_t newest_ms(const struct pace_state *state) {
    return state->delivered_ms >= 0 ? state->delivered_ms : key_facts_of(state->position).day_ms;
}

/* Where an overlap begins; day by day when names do not tell the time. */
static struct span overlap_start(const struct pace_state *state, enum pace_reach reach,
                                 struct arena *arena) {
    struct key_facts place = key_facts_of(state->folder);

    if (reach == PACE_WEEK)
        return key_at(state->folder, newest_ms(state) - PACE_SWEPT_MS, NULL, arena);
    if (reach == PACE_DAY)
        return key_at(state->folder, newest_ms(state) - MS_PER_DAY, NULL, arena);
    if (state->delivered_ms < 0)
        return key_at(state->folder, newest_ms(state), NULL, arena);
    return key_at(state->folder, state->delivered_ms - MS_PER_HOUR, &place, arena);
}

bool pace_sweeps(const struct pace_state *state, int64_t swept_ms, int64_t now_ms) {
    int64_t more_ms = (int64_t)(hash_bytes(state->folder, 0) % (uint64_t)(6 * MS_PER_HOUR));

    if (state->position.length == 0 || newest_ms(state) < now_ms - PACE_SWEPT_MS)
        return false;
    return swept_ms < 0 || now_ms < swept_ms || now_ms - swept_ms >= MS_PER_DAY + more_ms;
}

struct span pace_start_after(const struct pace_state *state, enum pace_reach reach,
                             struct arena *arena) {
    struct span first = state->folder;

    /* An hour more: a file of midnight may lie in the folder of the day before. */
    if (state->from_ms > 0)
        first = key_at(state->folder, state->from_ms - MS_PER_HOUR, NULL, arena);
    if (state->position.length == 0)
        return first;
    struct span start = overlap_start(state, reach, arena);
    if (span_compare(start, state->position) > 0)
        start = state->position;
    return span_compare(start, first) > 0 ? start : first;
}

/* An eighth of the silence: every interval as long as files come, ever slower when none do. */
int64_t pace_wait_ms(int64_t interval_ms, int64_t quiet_ms) {
    int64_t slowest_ms = PACE_SLOWEST * interval_ms;

    return quiet_ms < 0 ? slowest_ms : clamp(quiet_ms / 8, interval_ms, slowest_ms);
}

static int64_t doubled(int64_t first_ms, int64_t times, int64_t most_ms) {
    int64_t shift = clamp(times, 0, 16);

    return clamp(first_ms << shift, first_ms, most_ms);
}

int64_t pace_after_failures_ms(int64_t interval_ms, int64_t failures) {
    return doubled(interval_ms, failures - 1, PACE_SLOWEST * interval_ms);
}

int64_t pace_retry_ms(int64_t attempts, bool refused) {
    return doubled(MS_PER_MINUTE, attempts - 1, refused ? PACE_LONGEST_RETRY_MS : MS_PER_HOUR);
}
