/* A selection at work: what it says to a key, and how far a listing may jump. */
#include "collect/selection.h"

#include "base/utc.h"

/* The user guide dates the folders by the day of publication and the name by the minute of
 * delivery. Should a file of midnight lie in the folder next to the one its name says, it is found
 * as well. */
#define DAY_SLACK_MS MS_PER_HOUR

/* Where events are, in the order of their folders: '-' comes before '/'. */
static const enum key_kind event_kinds[] = {KEY_INSIGHT, KEY_NETWORK_ACTIVITY, KEY_LOG};

void selector_init(struct selector *selector, const struct selection *selection,
                   struct span prefix) {
    *selector = (struct selector){*selection, prefix};
}

bool selection_takes_kind(enum key_kind kind) {
    for (size_t i = 0; i < ARRAY_LENGTH(event_kinds); i++) {
        if (event_kinds[i] == kind)
            return true;
    }
    return false;
}

static bool lists(const struct span *texts, size_t count, struct span text) {
    for (size_t i = 0; i < count; i++) {
        if (span_equal(texts[i], text))
            return true;
    }
    return count == 0;
}

static bool selects_time(const struct selection *selection) {
    return selection->from_ms >= 0 || selection->to_ms >= 0;
}

static bool selects_all(const struct selection *selection) {
    return selection->account_count == 0 && selection->region_count == 0 &&
           !selects_time(selection);
}

/* Something of [begin, end) lies in the time asked for. */
static bool overlaps(const struct selection *selection, int64_t begin_ms, int64_t end_ms) {
    return end_ms > selection->from_ms && (selection->to_ms < 0 || begin_ms < selection->to_ms);
}

static bool takes_time(const struct selection *selection, const struct key_facts *facts) {
    int64_t day_ms = facts->day_ms;
    int64_t at_ms = facts->delivered_ms;

    if (at_ms < 0)
        return overlaps(selection, day_ms, day_ms + MS_PER_DAY);
    if (!overlaps(selection, at_ms, at_ms + 1))
        return false;
    return day_ms < 0 ||
           overlaps(selection, day_ms - DAY_SLACK_MS, day_ms + MS_PER_DAY + DAY_SLACK_MS);
}

/* The key tells all that can be asked for. */
static bool tells_all(const struct key_facts *facts) {
    int64_t time_ms = facts->before.data != NULL ? facts->day_ms : facts->delivered_ms;

    return facts->account.data != NULL && facts->region.data != NULL && time_ms >= 0;
}

enum selection_answer selector_judge(const struct selector *selector,
                                     const struct key_facts *facts) {
    const struct selection *asked = &selector->selection;

    if (!selection_takes_kind(facts->kind))
        return SELECTION_SKIPPED;
    if (selects_all(asked))
        return SELECTION_WANTED;
    if (!tells_all(facts))
        return SELECTION_SKIPPED;
    bool wanted = lists(asked->accounts, asked->account_count, facts->account) &&
                  lists(asked->regions, asked->region_count, facts->region) &&
                  takes_time(asked, facts);
    return wanted ? SELECTION_WANTED : SELECTION_OUTSIDE;
}

const char *selector_skipped_word(const struct key_facts *facts) {
    return selection_takes_kind(facts->kind) ? "unselectable" : key_kind_word(facts->kind);
}

/* The smallest of `texts` that, as a folder, comes behind `path`; SPAN_NONE without. A folder's
 * slash takes part in the order: "eu-west-1-x/" comes before "eu-west-1/". */
static struct span next_listed(const struct span *texts, size_t count, struct span path,
                               struct arena *arena) {
    struct span next = SPAN_NONE;

    for (size_t i = 0; i < count; i++) {
        struct span folder = arena_format(arena, "%.*s/", SPAN_ARGS(texts[i]));
        if (span_compare(folder, path) > 0 && (next.data == NULL || span_compare(folder, next) < 0))
            next = folder;
    }
    return next;
}

/* `2023/07/10` and `last` behind it. */
static struct span day_text(struct arena *arena, int64_t ms, char last) {
    char text[UTC_TEXT_BYTES];

    ms = ms < UTC_MIN_MS ? UTC_MIN_MS : ms > UTC_MAX_MS ? UTC_MAX_MS : ms;
    utc_format(ms, text);
    return arena_format(arena, "%.4s/%.2s/%.2s%c", text, text + 5, text + 8, last);
}

/* The successor of every key in a folder: '0' comes right behind '/'. */
static struct span behind_folder(struct span folder, struct arena *arena) {
    return arena_join(arena, (struct span){folder.data, folder.length - 1}, SPAN("0"));
}

/* The account is done, or not wanted. What else has digits in the place of an account is no log
 * file, so nothing is missed up to ':', which comes right behind '9'. */
static struct span next_account(const struct selection *asked, struct span root,
                                struct span position, struct arena *arena) {
    struct span next =
        next_listed(asked->accounts, asked->account_count, span_skip(position, root.length), arena);

    return arena_join(arena, root, next.data != NULL ? next : SPAN(":"));
}

static struct span leave_account(const struct selection *asked, struct span root,
                                 struct span account, struct arena *arena) {
    struct span behind = behind_folder(account, arena);

    return asked->account_count == 0 ? behind : next_account(asked, root, behind, arena);
}

/* Within `folder` of a region; false when nothing there is wanted behind `position`. */
static bool seek_day(const struct selection *asked, struct span folder, struct span position,
                     struct arena *arena, struct span *out) {
    struct span rest = span_skip(position, folder.length);

    if (asked->to_ms >= 0) {
        struct span end = day_text(arena, asked->to_ms - 1 + DAY_SLACK_MS, '0');
        if (span_compare(rest, end) >= 0)
            return false;
    }
    *out = position;
    if (asked->from_ms >= 0) {
        struct span begin = day_text(arena, asked->from_ms - DAY_SLACK_MS, '/');
        if (span_compare(rest, begin) < 0)
            *out = arena_join(arena, folder, begin);
    }
    return true;
}

/* `position` lies in `logs`, the CloudTrail/ of a wanted account or one like it. */
static struct span step_in_logs(const struct selection *asked, struct span logs,
                                struct span position, struct arena *arena) {
    struct span rest = span_skip(position, logs.length);
    struct span region;
    struct span behind;
    struct span next;
    bool in_region = span_cut(rest, '/', &region, &behind) && key_is_region(region);

    if (!in_region && asked->region_count == 0)
        return position;
    if (in_region && lists(asked->regions, asked->region_count, region)) {
        struct span folder = {position.data, logs.length + region.length + 1};
        if (seek_day(asked, folder, position, arena, &next))
            return next;
        if (asked->region_count == 0)
            return behind_folder(folder, arena);
    }
    next = next_listed(asked->regions, asked->region_count, rest, arena);
    return next.data != NULL ? arena_join(arena, logs, next) : behind_folder(logs, arena);
}

/* The folder with events that `rest` of an account lies in or comes before. */
static struct span events_folder(struct span rest) {
    for (size_t i = 0; i < ARRAY_LENGTH(event_kinds); i++) {
        struct span folder = key_kind_folder(event_kinds[i]);
        if (span_starts_with(rest, folder) || span_compare(rest, folder) < 0)
            return folder;
    }
    return SPAN_NONE;
}

/* One jump, or `position` when the next key may be wanted. */
static struct span step(const struct selector *selector, struct span position,
                        struct arena *arena) {
    struct key_facts facts = key_facts_of(position);

    if (facts.before.data == NULL || facts.account.data == NULL)
        return position;
    struct span root = {position.data, (size_t)(facts.account.data - position.data)};
    struct span account = {position.data, root.length + facts.account.length + 1};
    struct span rest = span_skip(position, account.length);
    struct span wanted = events_folder(rest);
    const struct selection *asked = &selector->selection;

    if (!lists(asked->accounts, asked->account_count, facts.account))
        return leave_account(asked, root, account, arena);
    if (wanted.data == NULL)
        return leave_account(asked, root, account, arena);
    if (!span_starts_with(rest, wanted))
        return arena_join(arena, account, wanted);
    struct span logs = {position.data, account.length + wanted.length};
    return step_in_logs(asked, logs, position, arena);
}

bool selector_seek(const struct selector *selector, struct span position, struct arena *arena,
                   struct span *out_start_after) {
    struct span next = step(selector, position, arena);

    while (!span_equal(next, position)) {
        position = next;
        next = step(selector, position, arena);
    }
    if (span_compare(position, selector->prefix) > 0 &&
        !span_starts_with(position, selector->prefix))
        return false;
    *out_start_after = position;
    return true;
}
