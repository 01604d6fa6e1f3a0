#include "tests/rows.h"

#include "base/arena.h"
#include "base/utc.h"
#include "collect/key_layout.h"

#define A     "AWSLogs/111122223333/"
#define O     "AWSLogs/o-ab12cd34ef/111122223333/"
#define DAY   "us-east-1/2023/07/10/"
#define FILE_ "111122223333_CloudTrail_us-east-1_20230710T1145Z_7xgocspSowgK0Gto.json.gz"

static const struct key_row {
    const char *name;
    const char *key;
    const char *kind;
    const char *facts; /* before|organization|account|region|day|delivered, "-" for none */
} keys[] = {
    {"a log file", A "CloudTrail/" DAY FILE_, "log",
     "|-|111122223333|us-east-1|2023-07-10T00:00:00Z|2023-07-10T11:45:00Z"},
    {"of an organization", O "CloudTrail/" DAY FILE_, "log",
     "|o-ab12cd34ef|111122223333|us-east-1|2023-07-10T00:00:00Z|2023-07-10T11:45:00Z"},
    {"below a prefix", "logs/prod/" A "CloudTrail/" DAY FILE_, "log",
     "logs/prod/|-|111122223333|us-east-1|2023-07-10T00:00:00Z|2023-07-10T11:45:00Z"},
    {"below Control Tower's prefix", "o-ab12cd34ef/" O "CloudTrail/" DAY FILE_, "log",
     "o-ab12cd34ef/|o-ab12cd34ef|111122223333|us-east-1|2023-07-10T00:00:00Z|"
     "2023-07-10T11:45:00Z"},
    {"AWSLogs given as the prefix", "AWSLogs/" A "CloudTrail/" DAY FILE_, "log",
     "AWSLogs/|-|111122223333|us-east-1|2023-07-10T00:00:00Z|2023-07-10T11:45:00Z"},
    {"a region of the government", A "CloudTrail/us-gov-west-1/2023/07/10/x.json.gz", "log",
     "|-|111122223333|us-gov-west-1|2023-07-10T00:00:00Z|-"},
    {"not compressed", A "CloudTrail/" DAY "x.json", "log",
     "|-|111122223333|us-east-1|2023-07-10T00:00:00Z|-"},
    {"a name without the last underscore",
     A "CloudTrail/" DAY "111122223333_CloudTrail_us-east-1_20140304T2235Zabc.json.gz", "log",
     "|-|111122223333|us-east-1|2023-07-10T00:00:00Z|2014-03-04T22:35:00Z"},
    {"the folders before the name", "AWSLogs/999988887777/CloudTrail/eu-west-1/2023/07/10/" FILE_,
     "log", "|-|999988887777|eu-west-1|2023-07-10T00:00:00Z|2023-07-10T11:45:00Z"},
    {"no day", A "CloudTrail/us-east-1/" FILE_, "log",
     "|-|111122223333|us-east-1|-|2023-07-10T11:45:00Z"},
    {"no region", A "CloudTrail/" FILE_, "log", "|-|111122223333|-|-|2023-07-10T11:45:00Z"},
    {"a day that does not exist", A "CloudTrail/us-east-1/2023/02/30/x.json.gz", "log",
     "|-|111122223333|us-east-1|-|-"},
    {"a day with a word behind it", A "CloudTrail/us-east-1/2023/07/10x/x.json.gz", "log",
     "|-|111122223333|us-east-1|-|-"},
    {"a region in capitals", A "CloudTrail/US-EAST-1/2023/07/10/x.json.gz", "log",
     "|-|111122223333|-|-|-"},
    {"a minute that does not exist",
     A "CloudTrail/" DAY "111122223333_CloudTrail_us-east-1_20230710T1160Z_x.json.gz", "log",
     "|-|111122223333|us-east-1|2023-07-10T00:00:00Z|-"},
    {"a time that is cut off", A "CloudTrail/" DAY "111122223333_CloudTrail_us-east-1_20230710T",
     "log", "|-|111122223333|us-east-1|2023-07-10T00:00:00Z|-"},
    {"a copy that ends with its region", "copies/111122223333_CloudTrail_us-east-1.json.gz", "log",
     "-|-|111122223333|-|-|-"},
    {"a copy of a region that is none",
     "copies/111122223333_CloudTrail_US-EAST-1_20230710T1145Z_x.json.gz", "log",
     "-|-|111122223333|-|-|-"},
    {"a folder below the day", A "CloudTrail/" DAY "more/" FILE_, "log",
     "|-|111122223333|us-east-1|2023-07-10T00:00:00Z|2023-07-10T11:45:00Z"},
    {"a copy elsewhere", "incident 7/" FILE_, "log",
     "-|-|111122223333|us-east-1|-|2023-07-10T11:45:00Z"},
    {"a copy at the top", FILE_, "log", "-|-|111122223333|us-east-1|-|2023-07-10T11:45:00Z"},
    {"another name elsewhere", "exports/events.ndjson", "log", "-|-|-|-|-|-"},
    {"a name without an ending, as of Firehose", "firehose/2023/07/10/stream-1-2023", "log",
     "-|-|-|-|-|-"},
    {"a digest",
     A "CloudTrail-Digest/us-east-1/2023/07/10/111122223333_CloudTrail-Digest_us-east-1_trail_"
       "us-east-1_20230710T114500Z.json.gz",
     "digest", "|-|111122223333|us-east-1|2023-07-10T00:00:00Z|-"},
    {"a copy of a digest", "x/111122223333_CloudTrail-Digest_us-east-1_t_us-east-1_x.json.gz",
     "digest", "-|-|111122223333|us-east-1|-|-"},
    {"an Insight",
     A "CloudTrail-Insight/" DAY
       "111122223333_CloudTrail-Insight_us-east-1_20230710T1145Z_x.json.gz",
     "insight", "|-|111122223333|us-east-1|2023-07-10T00:00:00Z|2023-07-10T11:45:00Z"},
    {"network activity", O "CloudTrail-NetworkActivity/" DAY "x.json.gz", "network_activity",
     "|o-ab12cd34ef|111122223333|us-east-1|2023-07-10T00:00:00Z|-"},
    {"aggregated events", A "CloudTrail-Aggregated/" DAY "x.json.gz", "aggregated",
     "|-|111122223333|us-east-1|2023-07-10T00:00:00Z|-"},
    {"an export of Lake", A "CloudTrail-Lake/Query/2023/07/10/id/result_1.csv.gz", "lake",
     "|-|111122223333|-|-|-"},
    {"a CloudTrail folder of tomorrow", A "CloudTrail-Forecast/" DAY "x.json.gz", "other_service",
     "|-|111122223333|-|-|-"},
    {"Config", A "Config/us-east-1/2023/7/1/ConfigHistory/x.json.gz", "other_service",
     "|-|111122223333|-|-|-"},
    {"a load balancer", A "elasticloadbalancing/" DAY "x.log.gz", "other_service",
     "|-|111122223333|-|-|-"},
    {"flow logs of an organization", O "vpcflowlogs/" DAY "x.log.gz", "other_service",
     "|o-ab12cd34ef|111122223333|-|-|-"},
    {"an empty folder", A "CloudTrail/us-east-1/", "folder", "|-|111122223333|us-east-1|-|-"},
    {"a folder at the top", "AWSLogs/", "folder", "-|-|-|-|-|-"},
    {"nothing", "", "folder", "-|-|-|-|-|-"},
    {"slashes", "///", "folder", "-|-|-|-|-|-"},
    {"a text file", "README.txt", "foreign", "-|-|-|-|-|-"},
    {"a text file among logs", A "CloudTrail/" DAY "README.txt", "foreign",
     "|-|111122223333|us-east-1|2023-07-10T00:00:00Z|-"},
    {"a file below the account", A "notes", "foreign", "|-|111122223333|-|-|-"},
    {"eleven digits", "AWSLogs/11112222333/CloudTrail/" DAY FILE_, "foreign", "|-|-|-|-|-"},
    {"thirteen digits", "AWSLogs/1111222233334/CloudTrail/" DAY FILE_, "foreign", "|-|-|-|-|-"},
    {"a second layout below an account", A "x/" A "CloudTrail/" DAY FILE_, "other_service",
     "|-|111122223333|-|-|-"},
    {"below an organization no account", "AWSLogs/o-ab12cd34ef/Config/x.json.gz", "foreign",
     "|o-ab12cd34ef|-|-|-|-"},
    {"no slash behind the account", "AWSLogs/111122223333", "foreign", "|-|-|-|-|-"},
    {"AWSLogs within a word", "myAWSLogs/111122223333/CloudTrail/" DAY "x.txt", "foreign",
     "-|-|-|-|-|-"},
    {"an organization with a strange name", "AWSLogs/o-AB/111122223333/CloudTrail/x.txt", "foreign",
     "-|-|-|-|-|-"},
};

static struct span or_dash(struct span text) {
    return text.data != NULL ? text : SPAN("-");
}

static struct span time_or_dash(int64_t ms, char text[UTC_TEXT_BYTES]) {
    return ms >= 0 ? utc_format(ms, text) : SPAN("-");
}

static void test_key(void **state) {
    const struct key_row *row = *state;
    struct key_facts facts = key_facts_of(span_of(row->key));
    struct arena CLEANUP(arena_clear) arena = {0};
    char day[UTC_TEXT_BYTES];
    char delivered[UTC_TEXT_BYTES];

    assert_string_equal(key_kind_word(facts.kind), row->kind);
    struct span text =
        arena_format(&arena, "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s", SPAN_ARGS(or_dash(facts.before)),
                     SPAN_ARGS(or_dash(facts.organization)), SPAN_ARGS(or_dash(facts.account)),
                     SPAN_ARGS(or_dash(facts.region)), SPAN_ARGS(time_or_dash(facts.day_ms, day)),
                     SPAN_ARGS(time_or_dash(facts.delivered_ms, delivered)));
    assert_true(span_equal(text, span_of(row->facts)));
}

static void test_place_of_folders(void **state) {
    (void)state;
    assert_int_equal(key_facts_of(SPAN(A "CloudTrail/")).place, KEY_LOG);
    assert_int_equal(key_facts_of(SPAN(A "CloudTrail/us-east-1/README.txt")).place, KEY_LOG);
    assert_int_equal(key_facts_of(SPAN(A "CloudTrail-Insight/")).place, KEY_INSIGHT);
    assert_int_equal(key_facts_of(SPAN(A "Config/")).place, KEY_OTHER_SERVICE);
    assert_int_equal(key_facts_of(SPAN(A "CloudTrail")).place, KEY_FOREIGN);
    assert_int_equal(key_facts_of(SPAN("x/" FILE_)).place, KEY_FOREIGN);
}

static void test_any_bytes(void **state) {
    (void)state;
    assert_int_equal(key_facts_of(SPAN("a\0b/\xff.json.gz")).kind, KEY_LOG);
    assert_int_equal(key_facts_of(SPAN(A "CloudTrail/" DAY "a\0b.json\n")).kind, KEY_FOREIGN);
    assert_int_equal(key_facts_of(SPAN("AWSLogs/11112222\0"
                                       "333/CloudTrail/x.gz"))
                         .kind,
                     KEY_FOREIGN);
}

static void test_folder_name(void **state) {
    (void)state;
    assert_true(span_equal(key_folder_name(SPAN("a/bc/")), SPAN("bc")));
    assert_true(span_equal(key_folder_name(SPAN("bc/")), SPAN("bc")));
    assert_true(span_equal(key_folder_name(SPAN("a//")), SPAN("")));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_key, keys),
        TEST(test_place_of_folders),
        TEST(test_any_bytes),
        TEST(test_folder_name),
    };

    return rows_run("key_layout", all, ARRAY_LENGTH(all));
}
