#include "collect/under_way.h"

#include "collect/fetcher.h"

static struct fetch **chain_of(struct under_way *under_way, struct object_mark mark) {
    return &under_way->chains[(mark.name ^ mark.tag) % UNDER_WAY_CHAINS];
}

static bool is_same(struct object_mark one, struct object_mark other) {
    return one.tag != 0 && one.name == other.name && one.tag == other.tag;
}

bool under_way_wait(struct under_way *under_way, struct fetch *fetch) {
    struct fetch *first = *chain_of(under_way, fetch->mark);

    while (first != NULL && !is_same(first->mark, fetch->mark))
        first = first->next_under_way;
    if (first == NULL)
        return false;
    fetch->next = first->waiting;
    first->waiting = fetch;
    under_way->waiting++;
    return true;
}

void under_way_add(struct under_way *under_way, struct fetch *fetch) {
    struct fetch **chain = chain_of(under_way, fetch->mark);

    if (fetch->mark.tag == 0)
        return;
    fetch->under_way = true;
    fetch->waiting = NULL;
    fetch->next_under_way = *chain;
    *chain = fetch;
}

struct fetch *under_way_remove(struct under_way *under_way, struct fetch *fetch) {
    struct fetch **at = chain_of(under_way, fetch->mark);
    struct fetch *waiting = fetch->waiting;

    if (!fetch->under_way)
        return NULL;
    while (*at != fetch)
        at = &(*at)->next_under_way;
    *at = fetch->next_under_way;
    fetch->under_way = false;
    fetch->waiting = NULL;
    for (struct fetch *each = waiting; each != NULL; each = each->next)
        under_way->waiting--;
    return waiting;
}

/* Of those that wait for this one. */
static struct fetch *take_from(struct fetch *first, const struct fetch_queue *queue) {
    struct fetch **at = &first->waiting;

    while (*at != NULL && queue != NULL && (*at)->queue != queue)
        at = &(*at)->next;
    struct fetch *taken = *at;
    if (taken != NULL)
        *at = taken->next;
    return taken;
}

static struct fetch *take_from_chain(struct fetch *chain, const struct fetch_queue *queue) {
    struct fetch *taken = NULL;

    for (; chain != NULL && taken == NULL; chain = chain->next_under_way)
        taken = take_from(chain, queue);
    return taken;
}

struct fetch *under_way_take_waiting(struct under_way *under_way, const struct fetch_queue *queue) {
    struct fetch *taken = NULL;

    for (size_t i = 0; under_way->waiting > 0 && taken == NULL && i < UNDER_WAY_CHAINS; i++)
        taken = take_from_chain(under_way->chains[i], queue);
    if (taken != NULL)
        under_way->waiting--;
    return taken;
}
