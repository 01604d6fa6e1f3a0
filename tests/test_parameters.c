#include "tests/rows.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "handlers/parameters.h"

static const char *const fruits[] = {"apple", "pear", NULL};

static const struct parameter shared[] = {
    {"account", PARAMETER_REPEATS | PARAMETER_NEGATES, read_anything, NULL, 0},
    {"action", PARAMETER_REPEATS, read_anything, NULL, 0},
};
static const struct parameter_list shared_list = {shared, ARRAY_LENGTH(shared), NULL};

static const struct parameter own[] = {
    {"limit", 0, read_limit, NULL, 0},
    {"fruit", 0, read_word, fruits, 0},
};
static const struct parameter_list list = {own, ARRAY_LENGTH(own), &shared_list};

/* "limit=5(5) account.not=x(0)": names, decoded values and what they were read as. */
static struct span show_arguments(const struct arguments *arguments, struct buffer *out) {
    for (size_t i = 0; i < arguments->count; i++) {
        const struct argument *argument = &arguments->items[i];
        buffer_append_format(out, "%s%s%s=", i > 0 ? " " : "", argument->parameter->name,
                             argument->negated ? ".not" : "");
        buffer_append(out, argument->text);
        buffer_append_format(out, "(%d)", (int)argument->number);
    }
    return buffer_span(out);
}

/* "limit=0: must be 1 to 1000; ...". */
static struct span show_faults(const struct faults *faults, struct buffer *out) {
    for (const struct fault *fault = faults->first; fault != NULL; fault = fault->next) {
        buffer_append_text(out, fault == faults->first ? "" : "; ");
        buffer_append(out, fault->parameter);
        buffer_append_text(out, "=");
        buffer_append(out, fault->value);
        buffer_append_text(out, ": ");
        buffer_append(out, fault->reason);
    }
    return buffer_span(out);
}

static void expect(struct span actual, struct span expected) {
    if (!span_equal(actual, expected))
        fail_msg("\"%.*s\" instead of \"%.*s\"", SPAN_ARGS(actual), SPAN_ARGS(expected));
}

static const struct query_row {
    const char *name;
    struct span query;
    struct span expected;
} good[] =
    {
        {"no query", SPAN(""), SPAN("")},
        {"one parameter", SPAN("limit=5"), SPAN("limit=5(5)")},
        {"the largest page", SPAN("limit=1000"), SPAN("limit=1000(1000)")},
        {"a word is its place", SPAN("fruit=pear"), SPAN("fruit=pear(1)")},
        {"of a shared list", SPAN("action=x"), SPAN("action=x(0)")},
        {"repeated", SPAN("account=a&account=b"), SPAN("account=a(0) account=b(0)")},
        {"negated", SPAN("account.not=a"), SPAN("account.not=a(0)")},
        {"both", SPAN("account=b&account.not=a"), SPAN("account=b(0) account.not=a(0)")},
        {"empty pieces", SPAN("&&limit=5&"), SPAN("limit=5(5)")},
        {"an encoded name", SPAN("%6cimit=5"), SPAN("limit=5(5)")},
        {"an encoded value", SPAN("action=a%26b+c"), SPAN("action=a&b c(0)")},
        {"equal signs in the value", SPAN("action=a=b="), SPAN("action=a=b=(0)")},
        {"NUL in the value", SPAN("action=a%00b"), SPAN("action=a\0b(0)")},
        {"any bytes in the value", SPAN("action=%ff'\""), SPAN("action=\xff'\"(0)")},
},
  bad[] = {
      {"an empty value", SPAN("account="), SPAN("account=: must not be empty")},
      {"no value", SPAN("account"), SPAN("account=: must not be empty")},
      {"given twice", SPAN("limit=1&limit=2"), SPAN("limit=2: may be given only once")},
      {"limit 0", SPAN("limit=0"), SPAN("limit=0: must be 1 to 1000")},
      {"limit 1001", SPAN("limit=1001"), SPAN("limit=1001: must be 1 to 1000")},
      {"limit with a sign", SPAN("limit=-1"), SPAN("limit=-1: must be 1 to 1000")},
      {"limit with a letter", SPAN("limit=1e"), SPAN("limit=1e: must be 1 to 1000")},
      {"an unknown word", SPAN("fruit=plum"), SPAN("fruit=plum: must be apple or pear")},
      {"a word in capitals", SPAN("fruit=PEAR"), SPAN("fruit=PEAR: must be apple or pear")},
      {"no .not form", SPAN("limit.not=5"), SPAN("limit.not=5: has no .not form")},
      {"a letter too few", SPAN("limt=5"),
       SPAN("limt=5: is no parameter here; did you mean limit?")},
      {"a name that holds a known one", SPAN("accountId=5"),
       SPAN("accountId=5: is no parameter here; did you mean account?")},
      {"near to none", SPAN("zzz=5"),
       SPAN("zzz=5: is no parameter here; use limit, fruit, account or action")},
      {"an empty name", SPAN("=5"),
       SPAN("=5: is no parameter here; use limit, fruit, account or action")},
      {"an unknown name, negated", SPAN("limt.not=5"),
       SPAN("limt.not=5: is no parameter here; did you mean limit?")},
      {"a name in capitals", SPAN("LIMIT=5"),
       SPAN("LIMIT=5: is no parameter here; did you mean limit?")},
      {"a name in capitals, negated", SPAN("account.NOT=5"),
       SPAN("account.NOT=5: is no parameter here; did you mean account.not?")},
      {"all in capitals, negated", SPAN("ACCOUNT.NOT=5"),
       SPAN("ACCOUNT.NOT=5: is no parameter here; did you mean account.not?")},
      {"a letter too few, negated", SPAN("acount.not=5"),
       SPAN("acount.not=5: is no parameter here; did you mean account.not?")},
      {"two letters swapped", SPAN("actoin=5"),
       SPAN("actoin=5: is no parameter here; did you mean action?")},
      {"two letters wrong", SPAN("akkount=5"),
       SPAN("akkount=5: is no parameter here; did you mean account?")},
      {"too many letters wrong for so short a name", SPAN("foot=5"),
       SPAN("foot=5: is no parameter here; use limit, fruit, account or action")},
      {"nothing but .not", SPAN(".not=5"),
       SPAN(".not=5: is no parameter here; use limit, fruit, account or action")},
      {"another way to write it", SPAN("Account-ID=5"),
       SPAN("Account-ID=5: is no parameter here; did you mean account?")},
      {"the name that AWS has for it", SPAN("eventName=5"),
       SPAN("eventName=5: is no parameter here; did you mean action?")},
      {"near to two", SPAN("actionaccount=5"),
       SPAN("actionaccount=5: is no parameter here; did you mean account or action?")},
      {"too long to be near to any", SPAN("accountaccountaccountaccountaccount=5"),
       SPAN(
           "accountaccountaccountaccountaccount=5: is no parameter here; use limit, fruit, account "
           "or action")},
      {"a bad escape in a value", SPAN("action=%zz"),
       SPAN("action=%zz: has a bad escape: behind % must stand two hexadecimal digits")},
      {"a bad escape in a name", SPAN("a%ction=x"),
       SPAN("a%ction=x: has a bad escape: behind % must stand two hexadecimal digits")},
      {"all mistakes at once",
       SPAN("limit=0&fruit=plum&action=ok&account="),
       {"limit=0: must be 1 to 1000; fruit=plum: must be apple or pear; account=: must not be "
        "empty",
        90}},
};

static void read_query(struct span query, struct arena *arena, struct arguments *arguments,
                       struct faults *faults) {
    const struct reading reading = {arena, 0};

    parameters_read(query, &list, &reading, arguments, faults);
}

static void test_good(void **state) {
    const struct query_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) text = {0};
    struct arguments arguments;
    struct faults faults = {0};

    read_query(row->query, &arena, &arguments, &faults);
    assert_int_equal(faults.count, 0);
    expect(show_arguments(&arguments, &text), row->expected);
}

static void test_bad(void **state) {
    const struct query_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) text = {0};
    struct arguments arguments;
    struct faults faults = {0};

    read_query(row->query, &arena, &arguments, &faults);
    expect(show_faults(&faults, &text), row->expected);
}

/* `account=aaaa...` with this many letters. */
static size_t faults_of_length(size_t length) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) query = {0};
    struct arguments arguments;
    struct faults faults = {0};

    buffer_append_text(&query, "account=");
    for (size_t i = 0; i < length; i++)
        buffer_append_byte(&query, 'a');
    read_query(buffer_span(&query), &arena, &arguments, &faults);
    return faults.count;
}

static void test_longest_value(void **state) {
    (void)state;
    assert_int_equal(faults_of_length(LIMIT_PARAMETER_BYTES), 0);
    assert_int_equal(faults_of_length(LIMIT_PARAMETER_BYTES + 1), 1);
}

static size_t faults_of_count(size_t count) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) query = {0};
    struct arguments arguments;
    struct faults faults = {0};

    for (size_t i = 0; i < count; i++)
        buffer_append_text(&query, "action=a&");
    read_query(buffer_span(&query), &arena, &arguments, &faults);
    assert_int_equal(arguments.count, faults.count == 0 ? count : 0);
    return faults.count;
}

static void test_most_parameters(void **state) {
    (void)state;
    assert_int_equal(faults_of_count(LIMIT_PARAMETERS), 0);
    assert_int_equal(faults_of_count(LIMIT_PARAMETERS + 1), 1);
}

static void test_no_parameters_accepted(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) text = {0};
    const struct reading reading = {&arena, 0};
    struct arguments arguments;
    struct faults faults = {0};

    (void)state;
    parameters_read(SPAN("x=1"), NULL, &reading, &arguments, &faults);
    expect(show_faults(&faults, &text), SPAN("x=1: is no parameter here; there are none"));
}

static void test_defaults(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct arguments arguments;
    struct faults faults = {0};

    (void)state;
    read_query(SPAN("limit=5"), &arena, &arguments, &faults);
    assert_int_equal(arguments_number(&arguments, "limit", 7), 5);
    assert_int_equal(arguments_number(&arguments, "fruit", 7), 7);
    assert_null(arguments_find(&arguments, "fruit"));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        TEST(test_longest_value),
        TEST(test_most_parameters),
        TEST(test_no_parameters_accepted),
        TEST(test_defaults),
    };

    return rows_run("parameters", all, ARRAY_LENGTH(all));
}
