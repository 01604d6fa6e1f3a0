#include "collect/trail_prefix.h"

#include "base/limits.h"
#include "collect/key_layout.h"

static bool check_layout(struct span prefix, struct err *err) {
    struct key_facts facts = key_facts_of(prefix);

    if (facts.before.data == NULL ||
        (facts.account.data == NULL && facts.organization.data != NULL))
        return true;
    if (facts.account.data == NULL || (facts.place != KEY_LOG && facts.place != KEY_FOREIGN))
        return err_set(err, ERR_INVALID, "must lead to log files: CloudTrail delivers none to %.*s",
                       SPAN_ARGS(prefix));
    struct span last = key_folder_name(prefix);
    bool whole = facts.place == KEY_FOREIGN  ? span_equal(last, facts.account)
                 : facts.region.data == NULL ? span_equal(last, SPAN("CloudTrail"))
                                             : last.data == facts.region.data;
    return whole || err_set(err, ERR_INVALID,
                            "must end behind an account, its CloudTrail/ or a region, or before "
                            "AWSLogs/ for the whole trail; %.*s does not",
                            SPAN_ARGS(prefix));
}

bool trail_prefix_read(struct span text, struct arena *arena, struct span *out, struct err *err) {
    struct span prefix = text;

    if (text.length >= LIMIT_KEY_BYTES)
        return err_set(err, ERR_INVALID, "must have a prefix of less than %d bytes",
                       LIMIT_KEY_BYTES);
    if (text.length > 0 && !span_ends_with(text, SPAN("/")))
        prefix = arena_join(arena, text, SPAN("/"));
    if (!check_layout(prefix, err))
        return false;
    *out = prefix.length > 0 ? prefix : SPAN("");
    return true;
}
