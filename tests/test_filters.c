#include "tests/rows.h"

#include <inttypes.h>

#include "base/buffer.h"
#include "handlers/filters.h"

#define NOW INT64_C(1793610845123)

static const char *const attribute_names[] = {
    [ATTRIBUTE_ACCOUNT] = "account",     [ATTRIBUTE_REGION] = "region",
    [ATTRIBUTE_SERVICE] = "service",     [ATTRIBUTE_ACTION] = "action",
    [ATTRIBUTE_PRINCIPAL_KIND] = "kind", [ATTRIBUTE_PRINCIPAL_NAME] = "name",
    [ATTRIBUTE_PRINCIPAL_ARN] = "arn",   [ATTRIBUTE_PRINCIPAL_ACCOUNT] = "caller_account",
    [ATTRIBUTE_ACCESS_KEY] = "key",      [ATTRIBUTE_SESSION] = "session",
    [ATTRIBUTE_ISSUER] = "issuer",       [ATTRIBUTE_VIA] = "via",
    [ATTRIBUTE_SOURCE_IP] = "source",    [ATTRIBUTE_USER_AGENT] = "agent",
    [ATTRIBUTE_ERROR_CODE] = "error",    [ATTRIBUTE_READ_ONLY] = "read_only",
    [ATTRIBUTE_EVENT_TYPE] = "type",     [ATTRIBUTE_EVENT_CATEGORY] = "category",
    [ATTRIBUTE_RESOURCE] = "resource",   [ATTRIBUTE_EVENT_ID] = "event_id",
    [ATTRIBUTE_IMPORT] = "import",
};

static void show_address(const struct address *address, struct buffer *out) {
    for (size_t i = 0; i < sizeof(address->bytes); i++)
        buffer_append_format(out, "%02x", address->bytes[i]);
}

static void show_matcher(const struct matcher *matcher, struct buffer *out) {
    switch (matcher->kind) {
    case MATCH_EQUAL:
        buffer_append_format(out, "=%.*s", SPAN_ARGS(matcher->text));
        return;
    case MATCH_GLOB:
        buffer_append_format(out, "~%.*s", SPAN_ARGS(matcher->text));
        return;
    case MATCH_ADDRESS:
        buffer_append_text(out, " at ");
        show_address(&matcher->address, out);
        return;
    case MATCH_NETWORK:
        buffer_append_text(out, " in ");
        show_address(&matcher->network.address, out);
        buffer_append_format(out, "/%d", matcher->network.prefix);
        return;
    case MATCH_PRESENT:
        buffer_append_text(out, " present");
        return;
    case MATCH_ABSENT:
        buffer_append_text(out, " absent");
        return;
    case MATCH_NUMBER:
        buffer_append_format(out, "=%" PRId64, matcher->number);
        return;
    }
    fail_msg("matcher kind %d", (int)matcher->kind);
}

static void show_condition(const struct condition *condition, struct buffer *out) {
    buffer_append_text(out, condition->negated ? "not (" : "(");
    for (size_t i = 0; i < condition->alternative_count; i++) {
        const struct alternative *alternative = &condition->alternatives[i];
        buffer_append_text(out, i > 0 ? " or " : "");
        for (size_t j = 0; j < alternative->test_count; j++) {
            buffer_append_text(out, j > 0 ? " and " : "");
            buffer_append_text(out, attribute_names[alternative->tests[j].attribute]);
            show_matcher(&alternative->tests[j].matcher, out);
        }
    }
    buffer_append_byte(out, ')');
}

/* "(account=1 or account=2) not (action~Get*)". */
static void show_query(const struct query *query, struct buffer *out) {
    for (size_t i = 0; i < query->condition_count; i++) {
        buffer_append_text(out, i > 0 ? " " : "");
        show_condition(&query->conditions[i], out);
    }
}

static const struct filter_row {
    const char *name;
    const char *query;
    const char *expected;
} good[] =
    {
        {"no filter", "", ""},
        {"account", "account=111122223333", "(account=111122223333)"},
        {"repeated means or", "account=1&account=2", "(account=1 or account=2)"},
        {"different names mean and", "account=1&region=r", "(account=1) (region=r)"},
        {"repeated with another between", "account=1&region=r&account=2",
         "(account=1 or account=2) (region=r)"},
        {"negated", "region.not=us-east-1", "not (region=us-east-1)"},
        {"negated twice is neither", "region.not=a&region.not=b", "not (region=a or region=b)"},
        {"negated and not", "region=us-*&region.not=us-east-1",
         "(region~us-*) not (region=us-east-1)"},
        {"a star makes a pattern", "user_agent=aws-cli/*", "(agent~aws-cli/*)"},
        {"an escaped star too", "user_agent=%5C*", "(agent~\\*)"},
        {"a backslash alone does not", "user_agent=a%5Cb", "(agent=a\\b)"},
        {"a short service", "service=ram", "(service=ram.amazonaws.com)"},
        {"a whole service", "service=ram.amazonaws.com", "(service=ram.amazonaws.com)"},
        {"a service in capitals", "service=RAM", "(service=ram.amazonaws.com)"},
        {"a service pattern stays as it is", "service=ra*", "(service~ra*)"},
        {"another domain", "service=a.example", "(service=a.example)"},
        {"an action", "action=CreateResourceShare", "(action=CreateResourceShare)"},
        {"case counts in an action", "action=createResourceShare", "(action=createResourceShare)"},
        {"an action of a service", "action=ram:CreateResourceShare",
         "(action=CreateResourceShare and service=ram.amazonaws.com)"},
        {"all actions of a service", "action=ram:*", "(action~* and service=ram.amazonaws.com)"},
        {"some actions of some services", "action=*db:Get*&action=List*",
         "(action~Get* and service~*db or action~List*)"},
        {"not an action of a service", "action.not=kms:Decrypt",
         "not (action=Decrypt and service=kms.amazonaws.com)"},
        {"only the first colon counts", "action=a:b:c", "(action=b:c and service=a.amazonaws.com)"},
        {"a principal by any of its names", "principal=alice",
         "(name=alice or arn=alice or session=alice or issuer=alice)"},
        {"a pattern of principals", "principal=*:role/*",
         "(name~*:role/* or arn~*:role/* or session~*:role/* or issuer~*:role/*)"},
        {"principal kinds", "principal_kind=root&principal_kind=root_session",
         "(kind=root or kind=root_session)"},
        {"the caller's account", "principal_account=1", "(caller_account=1)"},
        {"an access key", "access_key=AKIA*", "(key~AKIA*)"},
        {"an address", "source_ip=192.0.2.1", "(source at 00000000000000000000ffffc0000201)"},
        {"leading zeros in an address", "source_ip=192.0.02.01",
         "(source at 00000000000000000000ffffc0000201)"},
        {"an IPv6 address", "source_ip=2001:DB8::0:1",
         "(source at 20010db8000000000000000000000001)"},
        {"a network", "source_ip=10.0.0.0/8", "(source in 00000000000000000000ffff0a000000/104)"},
        {"an IPv6 network", "source_ip.not=2001:db8::%2f32",
         "not (source in 20010db8000000000000000000000000/32)"},
        {"a name instead of an address", "source_ip=AWS+Internal", "(source=AWS Internal)"},
        {"a pattern of names", "source_ip=*.amazonaws.com", "(source~*.amazonaws.com)"},
        {"what has letters is no address", "source_ip=::g", "(source=::g)"},
        {"hexadecimal digits without colons are a name", "source_ip=cafe.de", "(source=cafe.de)"},
        {"a pattern of addresses is text", "source_ip=10.*", "(source~10.*)"},
        {"an error", "error_code=AccessDenied", "(error=AccessDenied)"},
        {"any error", "error_code=*", "(error present)"},
        {"no error", "error_code=none", "(error absent)"},
        {"no error or that one", "error_code=none&error_code=Client.*",
         "(error absent or error~Client.*)"},
        {"None is an error like others", "error_code=None", "(error=None)"},
        {"a resource", "resource=arn:aws:s3:::bucket", "(resource=arn:aws:s3:::bucket)"},
        {"read only", "read_only=true", "(read_only=true)"},
        {"not read only", "read_only.not=true", "not (read_only=true)"},
        {"an event type", "event_type=AwsApiCall", "(type=AwsApiCall)"},
        {"a category", "event_category=Management", "(category=Management)"},
        {"in an event id a star is a star", "event_id=a*", "(event_id=a*)"},
        {"imports", "import=1&import=9223372036854775807",
         "(import=1 or import=9223372036854775807)"},
        {"times are no conditions", "from=-7d&to=now&account=1", "(account=1)"},
},
  bad[] = {
      {"no account", "account=", "must not be empty"},
      {"no service before the colon", "action=:Get*", "must be an action, or a service"},
      {"no action behind the colon", "action=ram:", "must be an action, or a service"},
      {"an unknown kind", "principal_kind=user", "must be root, root_session, iam_user"},
      {"a pattern of kinds", "principal_kind=root*", "must be root, root_session, iam_user"},
      {"a prefix over 32", "source_ip=10.0.0.0/33", "is no network"},
      {"a prefix over 128", "source_ip=2001:db8::/129", "is no network"},
      {"a network of no address", "source_ip=10.0.0/8", "is no network"},
      {"no prefix", "source_ip=10.0.0.0/", "is no network"},
      {"a pattern in a network", "source_ip=10.0.0.*/8", "is no network"},
      {"read_only=yes", "read_only=yes", "must be true or false"},
      {"read_only=True", "read_only=True", "must be true or false"},
      {"import 0", "import=0", "must be the number of an import"},
      {"import -1", "import=-1", "must be the number of an import"},
      {"an import too large", "import=9223372036854775808", "must be the number of an import"},
      {"an import with a star", "import=1*", "must be the number of an import"},
      {"no time", "from=yesterday", "is no time"},
      {"no .not of times", "from.not=now", "has no .not form"},
      {"two times", "to=now&to=now", "may be given only once"},
      {"foo is not near to from", "foo=1", "is no parameter here; use account, region"},
      {"FROM is from", "FROM=now", "is no parameter here; did you mean from?"},
      {"form is from", "form=now", "is no parameter here; did you mean from?"},
      {"ip is source_ip", "ip=::1", "is no parameter here; did you mean source_ip?"},
      {"a part too large for an address", "source_ip=256.1.1.1", "is no address"},
      {"three parts of an address", "source_ip=10.0.0", "is no address"},
      {"an address with a port", "source_ip.not=10.0.0.1:80", "is no address"},
      {"an IPv6 address in brackets", "source_ip=[::1]", "is no address"},
      {"an IPv6 address with two gaps", "source_ip=1::2::3", "is no address"},
      {"a number instead of an address", "source_ip=3232235777", "is no address"},
      {"`via` is no filter", "via=s3", "is no parameter here"},
};

static void test_good(void **state) {
    const struct filter_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) text = {0};
    const struct reading reading = {&arena, NOW};
    struct arguments arguments;
    struct faults faults = {0};
    struct query query = {0};

    parameters_read(span_of(row->query), &filter_parameters, &reading, &arguments, &faults);
    assert_int_equal(faults.count, 0);
    filters_to_conditions(&arguments, &arena, &query);
    show_query(&query, &text);
    buffer_append_byte(&text, '\0');
    assert_string_equal(text.data, row->expected);
}

static void test_bad(void **state) {
    const struct filter_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct reading reading = {&arena, NOW};
    struct arguments arguments;
    struct faults faults = {0};

    parameters_read(span_of(row->query), &filter_parameters, &reading, &arguments, &faults);
    assert_int_equal(faults.count, 1);
    assert_true(span_starts_with(faults.first->reason, span_of(row->expected)));
}

static void test_times(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct reading reading = {&arena, NOW};
    struct arguments arguments;
    struct faults faults = {0};

    (void)state;
    parameters_read(SPAN("from=-1h&to=now"), &filter_parameters, &reading, &arguments, &faults);
    assert_int_equal(faults.count, 0);
    assert_int_equal(arguments_number(&arguments, "from", 0), NOW - 3600000);
    assert_int_equal(arguments_number(&arguments, "to", 0), NOW);
}

/* Every filter that the contract names exists, with its .not form. */
static const struct name_row {
    const char *name;
    const char *value;
} names[] = {
    {"account", "x"},
    {"region", "x"},
    {"service", "x"},
    {"action", "x"},
    {"principal", "x"},
    {"principal_kind", "root"},
    {"principal_account", "x"},
    {"access_key", "x"},
    {"source_ip", "x"},
    {"user_agent", "x"},
    {"error_code", "x"},
    {"resource", "x"},
    {"read_only", "true"},
    {"event_type", "x"},
    {"event_category", "x"},
    {"event_id", "x"},
    {"import", "1"},
};

static void test_name(void **state) {
    const struct name_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct reading reading = {&arena, NOW};
    struct span text =
        arena_format(&arena, "%s=%s&%s.not=%s", row->name, row->value, row->name, row->value);
    struct arguments arguments;
    struct faults faults = {0};
    struct query query = {0};

    parameters_read(text, &filter_parameters, &reading, &arguments, &faults);
    assert_int_equal(faults.count, 0);
    filters_to_conditions(&arguments, &arena, &query);
    assert_int_equal(query.condition_count, 2);
    assert_false(query.conditions[0].negated);
    assert_true(query.conditions[1].negated);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        ROWS(test_name, names),
        TEST(test_times),
    };

    return rows_run("filters", all, ARRAY_LENGTH(all));
}
