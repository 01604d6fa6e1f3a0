"""Whether two programs gave the same answer to a question. Events of the same millisecond may stand
in any order, and where a page ends among such, each may have taken others of them."""

from collections import Counter

# The peers are asked for more than a page, so that all events that a page may end among are seen.
MORE = 8


def difference(page, others, limit):
    """None, or a sentence. Both are lists of (time, id), newest first: `page` at most `limit` long,
    `others` all of them or at least more."""
    if len(page) != min(limit, len(others)):
        return f"{len(page)} events instead of {min(limit, len(others))}"
    if not page:
        return None
    for number, ((mine, _), (theirs, _)) in enumerate(zip(page, others)):
        if mine != theirs:
            return f"event {number} is of {mine} instead of {theirs}"
    last = page[-1][0]
    if newer(page, last) != newer(others, last):
        return "other events"
    if len(others) > limit and others[-1][0] == last:
        return "too many events of one moment to compare"
    if at(page, last) - at(others, last):
        return "other events of the last moment"
    return None


def newer(events, moment):
    return Counter(known(event) for event in events if event[0] > moment)


def at(events, moment):
    return Counter(known(event) for event in events if event[0] == moment)


def known(event):
    """An absent id is null here and empty there."""
    return event[0], event[1] or ""
