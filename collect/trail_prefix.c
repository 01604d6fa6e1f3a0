#include "collect/trail_prefix.h"

#include "base/limits.h"
#include "collect/key_layout.h"

static bool check_layout(struct span prefix, struct err *err) {
    struct key_facts facts = key_facts_of(prefix);

    if (facts.before.data == NULL ||
        (facts.account.data == NULL && facts.organization.data != NULL))
        return true;
    if (facts.account.data == NULL || (facts.place != KEY_LOG && facts.place != KEY_FOREIGN))
        return err_set(err, ERR_INVALID, "%.*s: CloudTrail delivers no log files there",
                       SPAN_ARGS(prefix));
    struct span last = key_folder_name(prefix);
    bool whole = facts.place == KEY_FOREIGN  ? span_equal(last, facts.account)
                 : facts.region.data == NULL ? span_equal(last, SPAN("CloudTrail"))
                                             : last.data == facts.region.data;
    return whole || err_set(err, ERR_INVALID,
                            "%.*s: a trail is followed as a whole or for one account or region: "
                            "end behind one of them, or with CloudTrail/",
                            SPAN_ARGS(prefix));
}

bool trail_prefix_read(struct span text, struct arena *arena, struct span *out, struct err *err) {
    struct span prefix = text;

    if (text.length >= LIMIT_KEY_BYTES)
        return err_set(err, ERR_INVALID, "a prefix has less than %d bytes", LIMIT_KEY_BYTES);
    if (text.length > 0 && !span_ends_with(text, SPAN("/")))
        prefix = arena_join(arena, text, SPAN("/"));
    if (!check_layout(prefix, err))
        return false;
    *out = prefix.length > 0 ? prefix : SPAN("");
    return true;
}
