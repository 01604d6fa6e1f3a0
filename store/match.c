/* Whether one value is what a matcher of a query wants: texts with stars, addresses, networks. */
#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "store/query.h"

static bool is_escaped_star(struct span pattern, size_t at) {
    return pattern.data[at] == '\\' && at + 1 < pattern.length && pattern.data[at + 1] == '*';
}

/* Takes what stands in front of the next star, decoded into the scratch, and the star. */
static struct span take_piece(struct span *pattern, char *scratch, bool *out_last) {
    size_t end = 0;
    size_t length = 0;

    while (end < pattern->length && pattern->data[end] != '*') {
        end += is_escaped_star(*pattern, end);
        scratch[length++] = pattern->data[end++];
    }
    *out_last = end == pattern->length;
    *pattern = span_skip(*pattern, *out_last ? end : end + 1);
    return (struct span){scratch, length};
}

/* The first place of a piece between two stars is as good as any later one. */
static bool skip_behind(struct span piece, struct span *text) {
    const char *found = memmem(text->data, text->length, piece.data, piece.length);

    if (found == NULL)
        return false;
    *text = span_skip(*text, (size_t)(found - text->data) + piece.length);
    return true;
}

bool glob_matches(struct span pattern, struct span text) {
    char scratch[LIMIT_PARAMETER_BYTES];
    bool last;

    assert(pattern.length <= sizeof(scratch));
    struct span piece = take_piece(&pattern, scratch, &last);
    if (!span_starts_with(text, piece))
        return false;
    if (last)
        return text.length == piece.length;
    text = span_skip(text, piece.length);
    piece = take_piece(&pattern, scratch, &last);
    while (!last) {
        if (!skip_behind(piece, &text))
            return false;
        piece = take_piece(&pattern, scratch, &last);
    }
    return span_ends_with(text, piece);
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
