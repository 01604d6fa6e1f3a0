/* store/match.c */
#include "tests/rows.h"

#include "base/limits.h"
#include "store/query.h"

static const struct glob_row {
    const char *name;
    const char *pattern;
    const char *text;
    bool matches;
} globs[] = {
    {"the same text", "GetUser", "GetUser", true},
    {"another text", "GetUser", "GetUsers", false},
    {"case counts", "getuser", "GetUser", false},
    {"empty pattern, empty text", "", "", true},
    {"empty pattern, some text", "", "a", false},
    {"a star alone", "*", "anything", true},
    {"a star and no text", "*", "", true},
    {"many stars and no text", "***", "", true},
    {"a star behind", "Create*", "CreateResourceShare", true},
    {"a star behind, nothing for it", "Create*", "Create", true},
    {"a star behind, another start", "Create*", "Recreate", false},
    {"a star before", "*Share", "CreateResourceShare", true},
    {"a star before, text goes on", "*Share", "CreateResourceShares", false},
    {"a star inside", "arn:*:role/ops", "arn:aws:iam::1:role/ops", true},
    {"two stars that must go back", "*ab*ab", "ababxab", true},
    {"two stars, the last part is missing", "*ab*ab", "abx", false},
    {"an escaped star is a star", "a\\*b", "a*b", true},
    {"an escaped star is no pattern", "a\\*b", "axb", false},
    {"an escaped star behind a star", "*\\*", "ab*", true},
    {"a backslash before another byte is itself", "a\\b", "a\\b", true},
    {"a backslash at the end is itself", "a\\", "a\\", true},
    {"an escaped backslash is two", "a\\\\*", "a\\*", true},
    {"a star between escaped ones", "\\**\\*", "*ab*", true},
    {"a star between escaped ones, text before", "\\**\\*", "a*b*", false},
    {"text that start and end would share", "aba*aba", "ababa", false},
    {"start and end side by side", "aba*aba", "abaaba", true},
    {"text that pieces would share", "*aba*aba*", "xababax", false},
    {"a piece found too early is found again", "*a*ab", "aab", true},
    {"a piece that only the end has", "*ab*b", "xab", false},
    {"a question mark is itself", "a?c", "abc", false},
    {"a percent sign is itself", "a%", "abc", false},
};

static void test_glob(void **state) {
    const struct glob_row *row = *state;

    assert_int_equal(glob_matches(span_of(row->pattern), span_of(row->text)), row->matches);
}

/* A letter repeated: `count` of them, then `behind`. */
static struct span repeated(char *room, size_t count, char behind) {
    memset(room, 'a', count);
    room[count] = behind;
    return (struct span){room, count + 1};
}

/* Patterns that nearly match at every place of a long text: 20 times a value as large as a record
 * can be. Going back by one place at a time takes minutes. */
static void test_glob_takes_no_time(void **state) {
    static char text[LIMIT_RECORD_BYTES];
    char pattern[LIMIT_PARAMETER_BYTES];

    (void)state;
    memset(text, 'a', sizeof(text));
    for (int round = 0; round < 20; round++) {
        struct span whole = repeated(pattern + 1, LIMIT_PARAMETER_BYTES - 3 - (size_t)round, 'b');
        pattern[0] = '*';
        pattern[whole.length + 1] = '*';
        assert_false(glob_matches((struct span){pattern, whole.length + 2},
                                  (struct span){text, sizeof(text)}));
    }
}

static const struct match_row {
    const char *name;
    enum matcher_kind kind;
    const char *asked; /* text, address or network */
    const char *value; /* NULL: none */
    bool matches;
} matches[] = {
    {"equal", MATCH_EQUAL, "us-east-1", "us-east-1", true},
    {"not equal", MATCH_EQUAL, "us-east-1", "us-east-2", false},
    {"equal to no value", MATCH_EQUAL, "x", NULL, false},
    {"a star is itself when equality is asked", MATCH_EQUAL, "*", "x", false},
    {"pattern of no value", MATCH_GLOB, "*", NULL, false},
    {"an address", MATCH_ADDRESS, "10.0.0.1", "10.0.0.1", true},
    {"an address written otherwise", MATCH_ADDRESS, "2001:db8::1", "2001:DB8:0:0:0:0:0:1", true},
    {"an address with a leading zero", MATCH_ADDRESS, "10.0.0.7", "10.0.0.07", true},
    {"an address mapped into version 6", MATCH_ADDRESS, "10.0.0.7", "::ffff:10.0.0.7", true},
    {"another address", MATCH_ADDRESS, "10.0.0.1", "10.0.0.2", false},
    {"a name is no address", MATCH_ADDRESS, "10.0.0.1", "config.amazonaws.com", false},
    {"in a network", MATCH_NETWORK, "10.0.0.0/8", "10.200.3.4", true},
    {"outside a network", MATCH_NETWORK, "10.0.0.0/8", "11.0.0.1", false},
    {"in a network of version 6", MATCH_NETWORK, "2001:db8::/32", "2001:db8:ffff::1", true},
    {"in a network that ends inside a byte", MATCH_NETWORK, "10.0.0.0/9", "10.127.0.1", true},
    {"behind a network that ends inside a byte", MATCH_NETWORK, "10.0.0.0/9", "10.128.0.1", false},
    {"every address", MATCH_NETWORK, "0.0.0.0/0", "203.0.113.9", true},
    {"version 6 is not in every address of 4", MATCH_NETWORK, "0.0.0.0/0", "2001:db8::1", false},
    {"version 4 is not in every address of 6", MATCH_NETWORK, "::/0", "203.0.113.9", false},
    {"every address of version 6", MATCH_NETWORK, "::/0", "2001:db8::1", true},
    {"an address mapped into version 6, in a network", MATCH_NETWORK, "10.0.0.0/8",
     "::ffff:10.0.0.7", true},
    {"AWS Internal is in no network", MATCH_NETWORK, "0.0.0.0/0", "AWS Internal", false},
    {"any value", MATCH_PRESENT, NULL, "x", true},
    {"any value, none there", MATCH_PRESENT, NULL, NULL, false},
    {"no value", MATCH_ABSENT, NULL, NULL, true},
    {"no value, one there", MATCH_ABSENT, NULL, "x", false},
};

static void test_matcher(void **state) {
    const struct match_row *row = *state;
    struct matcher matcher = {.kind = row->kind, .text = span_of(row->asked)};

    if (row->kind == MATCH_ADDRESS)
        assert_true(address_parse(matcher.text, &matcher.address));
    if (row->kind == MATCH_NETWORK)
        assert_true(network_parse(matcher.text, &matcher.network));
    assert_int_equal(matcher_matches(&matcher, span_of(row->value)), row->matches);
}

int main(void) {
    const struct rows all[] = {ROWS(test_glob, globs), ROWS(test_matcher, matches),
                               TEST(test_glob_takes_no_time)};

    return rows_run("match", all, ARRAY_LENGTH(all));
}
