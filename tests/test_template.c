#include "bench/corpus/template.h"

#include <regex.h>
#include <stdio.h>

#include "tests/rows.h"

static struct scene scene_of_test(void) {
    struct scene scene = {
        .dice = {17},
        .seed = 1,
        .account = SPAN("111122223333"),
        .caller_account = SPAN("444455556666"),
        .region = SPAN("eu-north-1"),
        .time_ms = INT64_C(1790931845000), /* 2026-10-02T09:04:05Z */
        .started_ms = INT64_C(1790928000000),
    };

    for (int i = 0; i < THING_COUNT; i++)
        scene.thing[i] = (uint64_t)i * 1000003 + 5;
    return scene;
}

/* What the template gives, with a NUL behind. */
static void write_with(struct scene *scene, const char *text, struct buffer *out) {
    struct arena arena = {0};
    struct template template = template_compile(&arena, text, THING_FIRST);

    template_write(&template, scene, out);
    buffer_append_byte(out, '\0');
    arena_clear(&arena);
}

static const struct word_row {
    const char *name;
    const char *text;
    const char *pattern; /* all of it */
} words[] = {
    {"nothing", "", ""},
    {"text alone", "arn:aws:s3:::x", "arn:aws:s3:::x"},
    {"quotes", "{'a':'b`c'}", "\\{\"a\":\"b'c\"\\}"},
    {"hexadecimal digits", "<hex:17>", "[0-9a-f]{17}"},
    {"decimal digits", "x<digits:7>y", "x[0-9]{7}y"},
    {"capitals", "<capitals:16>", "[A-Z0-9]{16}"},
    {"small letters", "<lower:6>", "[a-z0-9]{6}"},
    {"base 64", "<base64:43>=", "[A-Za-z0-9+/]{43}="},
    {"base 64 for addresses", "<base64url:86>", "[A-Za-z0-9_-]{86}"},
    {"a UUID", "<uuid>", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"},
    {"a number", "<number:30>", "[12]?[0-9]"},
    {"an amount is not nothing", "<amount:9>", "[1-9]"},
    {"a choice", "<choice:a.b|c:d|>", "(a\\.b|c:d|)"},
    {"a quoted choice", "<choice:'x'|'y'>", "\"[xy]\""},
    {"one of the usual", "<usual:a|b|c>", "[abc]"},
    {"a key", "AKIA<tail>", "AKIA[A-Z2-7]{16}"},
    {"an address", "<address>", "[0-9a-f.:]{7,39}"},
    {"the account", "<account>", "111122223333"},
    {"the caller's account", "<caller-account>", "444455556666"},
    {"the region", "<region>", "eu-north-1"},
    {"the time", "<time>", "2026-10-02T09:04:05Z"},
    {"a later time", "<time:3600>", "2026-10-02T10:04:05Z"},
    {"a time in words", "<long-time:0>", "Oct 2, 2026 9:04:05 AM"},
    {"when the session began", "<started>", "2026-10-02T08:00:00Z"},
    {"seconds", "<epoch>", "1790931845"},
    {"some time in the year before", "<past>", "202[56]-.*Z"},
    {"a phrase", "<vpc>", "vpc-0[0-9a-f]{16}"},
    {"a phrase of phrases", "<subnet-arn>",
     "arn:aws:ec2:eu-north-1:111122223333:subnet/subnet-0[0-9a-f]{16}"},
    {"one of several phrases", "<any:vpc|volume>", "vo?[lp]c?-0[0-9a-f]{16}"},
};

static void test_word(void **state) {
    const struct word_row *row = *state;
    regex_t expression;
    char pattern[256];

    snprintf(pattern, sizeof(pattern), "^(%s)$", row->pattern);
    assert_int_equal(regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB), 0);
    struct scene scene = scene_of_test();
    for (int i = 0; i < 50; i++) {
        struct buffer text = {0};
        write_with(&scene, row->text, &text);
        if (regexec(&expression, text.data, 0, NULL, 0) != 0)
            fail_msg("%s gives %s", row->text, text.data);
        buffer_clear(&text);
    }
    regfree(&expression);
}

static const struct same_row {
    const char *name;
    const char *one;
    const char *other;
    bool same;
} pairs[] = {
    {"a plain word draws anew", "<hex:16>", "<hex:16>", false},
    {"a thing keeps what is told of it", "<#hex:16>", "<#hex:16>", true},
    {"in whatever surroundings", "<bucket>", "<any:bucket>", true},
    {"another thing has another name", "<#hex:16>", "<#hex.2:16>", false},
    {"so has the caller", "<vpc>", "<vpc.caller>", false},
    {"the same thing by its number", "<vpc>", "<vpc.1>", true},
    {"another word draws otherwise", "<#hex:16>", "<#lower:16>", false},
    {"another argument too", "<#tail>", "<#tail:key>", false},
    {"a phrase within a phrase", "vpc-0<#hex:16>", "<vpc>", false},
    {"lists of one length correspond", "<nth:a|b|c>", "<nth:a|b|c>", true},
};

static void test_pair(void **state) {
    const struct same_row *row = *state;
    struct scene scene = scene_of_test();
    struct buffer one = {0};
    struct buffer other = {0};

    write_with(&scene, row->one, &one);
    write_with(&scene, row->other, &other);
    assert_int_equal(strcmp(one.data, other.data) == 0, row->same);
    buffer_clear(&one);
    buffer_clear(&other);
}

static void test_keys_of_an_account_look_alike(void **state) {
    struct scene scene = scene_of_test();
    struct buffer one = {0};
    struct buffer other = {0};
    struct buffer callers = {0};

    (void)state;
    write_with(&scene, "<tail>", &one);
    write_with(&scene, "<tail>", &other);
    write_with(&scene, "<#tail.caller>", &callers);
    assert_memory_equal(one.data, other.data, 7);
    assert_memory_not_equal(one.data, other.data, 16);
    assert_memory_not_equal(one.data, callers.data, 7);
    buffer_clear(&one);
    buffer_clear(&other);
    buffer_clear(&callers);
}

static void test_no_text_is_the_empty_template(void **state) {
    struct arena arena = {0};

    (void)state;
    assert_int_equal(template_compile(&arena, NULL, THING_FIRST).count, 0);
    assert_int_equal(arena.bytes, 0);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_word, words),
        ROWS(test_pair, pairs),
        TEST(test_keys_of_an_account_look_alike),
        TEST(test_no_text_is_the_empty_template),
    };

    return rows_run("template", all, ARRAY_LENGTH(all));
}
