#include "tests/rows.h"

#include "collect/selection.h"

#define ACCOUNT "111122223333"

static const struct text_row {
    const char *name;
    const char *json;
    const char *expected; /* the same in short, or a part of the reason why not */
} good[] =
    {
        {"everything", "{}", "{}"},
        {"from", "{\"from\": 0}", "{\"from\":0}"},
        {"all of it",
         "{\"regions\": [\"eu-west-1\", \"us-gov-east-1\"], \"to\": 5, \"from\": 4, "
         "\"accounts\": [\"" ACCOUNT "\"]}",
         "{\"from\":4,\"to\":5,\"accounts\":[\"" ACCOUNT "\"],"
         "\"regions\":[\"eu-west-1\",\"us-gov-east-1\"]}"},
        {"empty lists", "{\"accounts\": [], \"regions\": []}", "{}"},
},
  bad[] = {
      {"no object", "[]", "not a selection"},
      {"an account with eleven digits", "{\"accounts\": [\"11112222333\"]}",
       "accounts: \"11112222333\""},
      {"an account with a letter", "{\"accounts\": [\"11112222333x\"]}",
       "accounts: \"11112222333x"},
      {"accounts that are numbers", "{\"accounts\": [111122223333]}", "accounts: not a list of"},
      {"one account without a list", "{\"accounts\": \"" ACCOUNT "\"}", "accounts: not a list"},
      {"a region with a slash", "{\"regions\": [\"eu/west\"]}", "regions: \"eu/west\""},
      {"a region in capitals", "{\"regions\": [\"EU-WEST-1\"]}", "regions: \"EU-WEST-1\""},
      {"an empty region", "{\"regions\": [\"\"]}", "regions: \"\""},
      {"a region too long", "{\"regions\": [\"abcdefghijklmnopqrstuvwxyz-123456\"]}", "regions: "},
      {"a time as text", "{\"from\": \"2023-07-10\"}", "from: not a time"},
      {"a time before 1970", "{\"to\": -5}", "to: not a time"},
      {"a time behind 9999", "{\"to\": 253402300800000}", "to: not within the years"},
      {"an empty range", "{\"from\": 7, \"to\": 7}", "from must be before to"},
      {"a range backwards", "{\"from\": 8, \"to\": 7}", "from must be before to"},
};

static bool read(const char *text, struct arena *arena, struct selection *out, struct err *err) {
    json_auto_t *json = json_loads(text, 0, NULL);

    assert_non_null(json);
    return selection_from_json(json, arena, out, err);
}

static void test_good(void **state) {
    const struct text_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct selection selection;
    struct err err = {0};

    assert_true(read(row->json, &arena, &selection, &err));
    json_auto_t *json = selection_to_json(&selection);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text, row->expected);
    free(text);
}

static void test_bad(void **state) {
    const struct text_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct selection selection = {.from_ms = 77};
    struct err err = {0};

    assert_false(read(row->json, &arena, &selection, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, row->expected));
    assert_int_equal(selection.from_ms, 77);
}

static void test_too_many(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span *accounts = arena_new(&arena, LIMIT_SELECTED + 1, sizeof(*accounts));
    struct selection selection = SELECTION_ALL;
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i <= LIMIT_SELECTED; i++)
        accounts[i] = SPAN(ACCOUNT);
    selection.accounts = accounts;
    selection.account_count = LIMIT_SELECTED;
    assert_true(selection_check(&selection, &err));
    selection.account_count++;
    assert_false(selection_check(&selection, &err));
    assert_non_null(strstr(err.text, "accounts: at most 1000"));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        TEST(test_too_many),
    };

    return rows_run("selection", all, ARRAY_LENGTH(all));
}
