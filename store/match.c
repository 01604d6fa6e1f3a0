#include <string.h>

#include "store/query.h"

/* One pattern element at `at`: its byte, or a star. */
static bool is_star(struct span pattern, size_t at) {
    return pattern.data[at] == '*';
}

static bool is_escaped_star(struct span pattern, size_t at) {
    return pattern.data[at] == '\\' && at + 1 < pattern.length && pattern.data[at + 1] == '*';
}

bool glob_matches(struct span pattern, struct span text) {
    size_t at = 0;
    size_t place = 0;
    size_t star = SIZE_MAX; /* behind the last star seen, and the text it has eaten so far */
    size_t eaten = 0;

    while (place < text.length) {
        if (at < pattern.length && is_star(pattern, at)) {
            star = ++at;
            eaten = place;
            continue;
        }
        size_t escape = at < pattern.length && is_escaped_star(pattern, at) ? 1 : 0;
        if (at < pattern.length && pattern.data[at + escape] == text.data[place]) {
            at += 1 + escape;
            place++;
        } else if (star != SIZE_MAX) {
            at = star;
            place = ++eaten;
        } else {
            return false;
        }
    }
    while (at < pattern.length && is_star(pattern, at))
        at++;
    return at == pattern.length;
}

static bool address_matches(const struct matcher *matcher, struct span value) {
    struct address address;

    if (!address_parse(value, &address))
        return false;
    if (matcher->kind == MATCH_ADDRESS)
        return address_equal(&matcher->address, &address);
    return network_holds(&matcher->network, &address);
}

bool matcher_matches(const struct matcher *matcher, struct span value) {
    if (value.data == NULL)
        return matcher->kind == MATCH_ABSENT;

    switch (matcher->kind) {
    case MATCH_EQUAL:
        return span_equal(matcher->text, value);
    case MATCH_GLOB:
        return glob_matches(matcher->text, value);
    case MATCH_ADDRESS:
    case MATCH_NETWORK:
        return address_matches(matcher, value);
    case MATCH_PRESENT:
        return true;
    case MATCH_ABSENT:
    case MATCH_NUMBER:
        return false;
    }
    return false;
}
