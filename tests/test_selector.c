#include "tests/rows.h"

#include "base/utc.h"
#include "collect/selection.h"

#define A1      "AWSLogs/111111111111/"
#define A2      "AWSLogs/222222222222/"
#define A3      "AWSLogs/333333333333/"
#define LOG     "CloudTrail/"
#define INSIGHT "CloudTrail-Insight/"
#define NETWORK "CloudTrail-NetworkActivity/"

/* Accounts and regions are given between commas, times as dates or RFC 3339; NULL: all. */
struct asked {
    const char *prefix;
    const char *accounts;
    const char *regions;
    const char *from;
    const char *to;
};

static const struct asked everything = {"", NULL, NULL, NULL, NULL};
static const struct asked two_accounts = {"AWSLogs/", "222222222222,111111111111", NULL, NULL,
                                          NULL};
static const struct asked two_regions = {"", NULL, "us-east-1,eu-west-1", NULL, NULL};
static const struct asked days = {"", NULL, NULL, "2023-07-10T12:00:00Z", "2023-07-11T12:00:00Z"};
static const struct asked midnights = {"", NULL, NULL, "2023-07-10", "2023-07-11"};
static const struct asked narrow = {"", "222222222222", "us-east-1", "2023-07-10T12:00:00Z",
                                    "2023-07-10T13:00:00Z"};
static const struct asked insights = {A1 "CloudTrail-Insight/", NULL, NULL, NULL, NULL};
static const struct asked one_account = {A2, NULL, NULL, "2023-07-10T12:00:00Z", NULL};

static size_t split(const char *text, struct span out[4]) {
    size_t count = 0;
    struct span rest = span_of(text);

    while (rest.data != NULL && span_cut(rest, ',', &out[count], &rest))
        count++;
    if (rest.data != NULL)
        out[count++] = rest;
    return count;
}

static int64_t time_of(const char *text) {
    int64_t ms = -1;

    assert_true(text == NULL || utc_parse(span_of(text), &ms));
    return ms;
}

struct lists {
    struct span accounts[4];
    struct span regions[4];
};

static struct selector selector_of(const struct asked *asked, struct lists *lists) {
    struct selection selection = {
        .accounts = lists->accounts,
        .account_count = split(asked->accounts, lists->accounts),
        .regions = lists->regions,
        .region_count = split(asked->regions, lists->regions),
        .from_ms = time_of(asked->from),
        .to_ms = time_of(asked->to),
    };
    struct selector selector;

    selector_init(&selector, &selection, span_of(asked->prefix));
    return selector;
}

static const struct judge_row {
    const char *name;
    const struct asked *asked;
    const char *key;
    enum selection_answer answer;
} judged[] = {
    {"a log file", &everything, A1 LOG "us-east-1/2023/07/10/x.json.gz", SELECTION_WANTED},
    {"a copy without any layout", &everything, "old/export.json", SELECTION_WANTED},
    {"a digest", &everything, A1 "CloudTrail-Digest/us-east-1/2023/07/10/x.json.gz",
     SELECTION_SKIPPED},
    {"an Insight", &everything, A1 "CloudTrail-Insight/us-east-1/2023/07/10/x.json.gz",
     SELECTION_WANTED},
    {"network activity", &everything,
     A1 "CloudTrail-NetworkActivity/us-east-1/2023/07/10/x.json.gz", SELECTION_WANTED},
    {"an Insight of another region", &two_regions,
     A1 "CloudTrail-Insight/eu-west-2/2023/07/10/x.json.gz", SELECTION_OUTSIDE},
    {"a folder", &everything, A1 LOG, SELECTION_SKIPPED},
    {"an image", &everything, "logo.png", SELECTION_SKIPPED},
    {"a log file without a region", &everything, A1 LOG "x.json.gz", SELECTION_WANTED},
    {"an account of the list", &two_accounts, A2 LOG "us-east-1/2023/07/10/x.json.gz",
     SELECTION_WANTED},
    {"another account", &two_accounts, A3 LOG "us-east-1/2023/07/10/x.json.gz", SELECTION_OUTSIDE},
    {"a digest of another account", &two_accounts,
     A3 "CloudTrail-Digest/us-east-1/2023/07/10/x.json.gz", SELECTION_SKIPPED},
    {"a copy that does not tell its account", &two_accounts, "old/export.json", SELECTION_SKIPPED},
    {"a copy that tells it", &two_accounts,
     "old/222222222222_CloudTrail_us-east-1_20230710T1145Z_x.json.gz", SELECTION_WANTED},
    {"a copy of another account", &two_accounts,
     "old/333333333333_CloudTrail_us-east-1_20230710T1145Z_x.json.gz", SELECTION_OUTSIDE},
    {"of the account, but no day told", &two_accounts, A2 LOG "us-east-1/x.json.gz",
     SELECTION_SKIPPED},
    {"a region of the list", &two_regions, A3 LOG "eu-west-1/2023/07/10/x.json.gz",
     SELECTION_WANTED},
    {"another region", &two_regions, A3 LOG "eu-west-2/2023/07/10/x.json.gz", SELECTION_OUTSIDE},
    {"the day, no time told", &days, A1 LOG "us-east-1/2023/07/10/x.json.gz", SELECTION_WANTED},
    {"the last day, no time told", &days, A1 LOG "us-east-1/2023/07/11/x.json.gz",
     SELECTION_WANTED},
    {"the day before", &days, A1 LOG "us-east-1/2023/07/09/x.json.gz", SELECTION_OUTSIDE},
    {"the day behind", &days, A1 LOG "us-east-1/2023/07/12/x.json.gz", SELECTION_OUTSIDE},
    {"just too early", &days,
     A1 LOG "us-east-1/2023/07/10/111111111111_CloudTrail_us-east-1_20230710T1159Z_x.json.gz",
     SELECTION_OUTSIDE},
    {"just in time", &days,
     A1 LOG "us-east-1/2023/07/10/111111111111_CloudTrail_us-east-1_20230710T1200Z_x.json.gz",
     SELECTION_WANTED},
    {"the last minute", &days,
     A1 LOG "us-east-1/2023/07/11/111111111111_CloudTrail_us-east-1_20230711T1159Z_x.json.gz",
     SELECTION_WANTED},
    {"a minute later", &days,
     A1 LOG "us-east-1/2023/07/11/111111111111_CloudTrail_us-east-1_20230711T1200Z_x.json.gz",
     SELECTION_OUTSIDE},
    {"a copy in time", &days, "111111111111_CloudTrail_us-east-1_20230710T1200Z_x.json.gz",
     SELECTION_WANTED},
    {"of midnight, in the folder of the day before", &midnights,
     A1 LOG "us-east-1/2023/07/09/111111111111_CloudTrail_us-east-1_20230710T0000Z_x.json.gz",
     SELECTION_WANTED},
    {"days away from its folder", &midnights,
     A1 LOG "us-east-1/2023/07/07/111111111111_CloudTrail_us-east-1_20230710T0000Z_x.json.gz",
     SELECTION_OUTSIDE},
    {"the prefix lies in Insights", &insights,
     A1 "CloudTrail-Insight/us-east-1/2023/07/10/x.json.gz", SELECTION_WANTED},
};

static void test_judge(void **state) {
    const struct judge_row *row = *state;
    struct lists lists;
    struct selector selector = selector_of(row->asked, &lists);
    struct key_facts facts = key_facts_of(span_of(row->key));

    assert_int_equal(selector_judge(&selector, &facts), row->answer);
}

static const struct seek_row {
    const char *name;
    const struct asked *asked;
    const char *position;
    const char *next; /* NULL: none is left; "": no jump */
} sought[] = {
    {"nothing seen", &everything, "", ""},
    {"among log files", &everything, A1 LOG "us-east-1/2023/07/10/x.json.gz", ""},
    {"among digests", &everything, A1 "CloudTrail-Digest/us-east-1/2023/07/10/x.json.gz",
     A1 INSIGHT},
    {"among what precedes CloudTrail", &everything, A1 "AWSfoo/x", A1 INSIGHT},
    {"among queries of Lake", &everything, A1 "CloudTrail-Lake/Query/x", A1 NETWORK},
    {"between network activity and logs", &everything, A1 "CloudTrail-Z/x", A1 LOG},
    {"among another service", &everything, A1 "elasticloadbalancing/us-east-1/x",
     "AWSLogs/1111111111110"},
    {"in no layout", &everything, "x/CloudTrail-Digest/y", ""},
    {"below a prefix and an organization", &everything,
     "p/AWSLogs/o-ab/111111111111/CloudTrail-Digest/x",
     "p/AWSLogs/o-ab/111111111111/CloudTrail-Insight/"},
    {"an account before the wanted ones", &two_accounts, "AWSLogs/000000000000/CloudTrail/x",
     A1 INSIGHT},
    {"between them", &two_accounts, "AWSLogs/111111111112/Config/x", A2 INSIGHT},
    {"behind a wanted one's logs", &two_accounts, A1 "Config/x", A2 INSIGHT},
    {"behind the last", &two_accounts, A3 "Config/x", "AWSLogs/:"},
    {"an account of an organization", &two_accounts, "AWSLogs/o-ab/111111111112/Config/x",
     "AWSLogs/o-ab/222222222222/CloudTrail-Insight/"},
    {"the last of an organization", &two_accounts, "AWSLogs/o-ab/222222222222/Config/x",
     "AWSLogs/o-ab/:"},
    {"a file where accounts are", &two_accounts, "AWSLogs/00readme", ""},
    {"a region before the wanted ones", &two_regions, A1 LOG "ap-south-1/2023/07/10/x",
     A1 LOG "eu-west-1/"},
    {"no region seen yet", &two_regions, A1 LOG, A1 LOG "eu-west-1/"},
    {"between the regions", &two_regions, A1 LOG "eu-west-2/2023/07/10/x", A1 LOG "us-east-1/"},
    {"a region whose name goes on", &two_regions, A1 LOG "eu-west-10/2023/07/10/x",
     A1 LOG "us-east-1/"},
    {"behind the last region", &two_regions, A1 LOG "us-east-2/2023/07/10/x",
     "AWSLogs/1111111111110"},
    {"a day too early", &days, A1 LOG "us-east-1/2021/01/01/x", A1 LOG "us-east-1/2023/07/10/"},
    {"the region's own folder", &days, A1 LOG "us-east-1/", A1 LOG "us-east-1/2023/07/10/"},
    {"a day that is wanted", &days, A1 LOG "us-east-1/2023/07/10/x", ""},
    {"the last day", &days, A1 LOG "us-east-1/2023/07/11/~", ""},
    {"a day too late", &days, A1 LOG "us-east-1/2023/07/12/x", A1 LOG "us-east-10"},
    {"the hour before midnight counts", &midnights, A1 LOG "us-east-1/",
     A1 LOG "us-east-1/2023/07/09/"},
    {"the hour behind midnight, too", &midnights, A1 LOG "us-east-1/2023/07/11/x", ""},
    {"all at once", &narrow, A1 "Config/x", A2 INSIGHT "us-east-1/2023/07/10/"},
    {"all at once, its Insights done", &narrow, A2 INSIGHT "us-east-1/2023/07/11/x",
     A2 NETWORK "us-east-1/2023/07/10/"},
    {"all at once, done", &narrow, A2 LOG "us-east-1/2023/07/11/x", "AWSLogs/:"},
    {"from the prefix of an account", &one_account, A2, A2 INSIGHT},
    {"its logs are done", &one_account, A2 LOG "zz-east-1/2023/07/10/x", ""},
    {"nothing is left of the account", &one_account, A2 "Config/x", NULL},
    {"among Insights", &insights, A1 "CloudTrail-Insight/us-east-1/x", ""},
    {"behind the Insights that were asked for", &insights, A1 "CloudTrail-Lake/x", NULL},
};

static void test_seek(void **state) {
    const struct seek_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct lists lists;
    struct selector selector = selector_of(row->asked, &lists);
    struct span next = SPAN_NONE;
    bool left = selector_seek(&selector, span_of(row->position), &arena, &next);

    assert_int_equal(left, row->next != NULL);
    if (left)
        assert_true(span_equal(next, span_of(*row->next != '\0' ? row->next : row->position)));
}

/* ---- how many lists that takes ---- */

#define ACCOUNTS 20
#define REGIONS  5
#define DAYS     30
#define FILES    10 /* a day */

/* An organization's trail with as many digests as log files; in order, as S3 gives them. */
static size_t lay_out(struct arena *arena, struct span **out_keys) {
    static const char *const services[] = {"CloudTrail-Digest", "CloudTrail"};
    struct span *keys = arena_new(arena, 2 * ACCOUNTS * REGIONS * DAYS * FILES, sizeof(*keys));
    size_t count = 0;

    for (int i = 0; i < 2 * ACCOUNTS * REGIONS * DAYS * FILES; i++) {
        int place = i / (DAYS * FILES);
        keys[count++] = arena_format(
            arena, "AWSLogs/o-ab12cd34ef/%012d/%s/eu-west-%d/2023/07/%02d/%04d.json.gz",
            place / REGIONS / 2, services[place / REGIONS % 2], place % REGIONS,
            i / FILES % DAYS + 1, i % FILES);
    }
    *out_keys = keys;
    return count;
}

static const struct lists_row {
    const char *name;
    struct asked asked;
    size_t wanted;
    size_t lists; /* at most; 60 read everything */
} listed[] = {
    {"everything: digests are passed", {"", NULL, NULL, NULL, NULL}, 30000, 50},
    {"one account", {"", "000000000010", NULL, NULL, NULL}, 1500, 4},
    {"two accounts", {"", "000000000010,000000000003", NULL, NULL, NULL}, 3000, 7},
    {"one region of one account", {"", "000000000010", "eu-west-3", NULL, NULL}, 300, 4},
    {"one region", {"", NULL, "eu-west-3", NULL, NULL}, 6000, 41},
    {"a day of one account", {"", "000000000010", NULL, "2023-07-10", "2023-07-11"}, 50, 7},
    {"a day of one place",
     {"", "000000000010", "eu-west-3", "2023-07-10T12:00:00Z", "2023-07-10T13:00:00Z"},
     10,
     4},
    {"an account that is not there", {"", "000000000099", NULL, NULL, NULL}, 0, 4},
};

static size_t first_behind(const struct span *keys, size_t count, struct span position) {
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(keys[middle], position) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t count_wanted(const struct selector *selector, const struct span *keys, size_t count) {
    size_t wanted = 0;

    for (size_t i = 0; i < count; i++) {
        struct key_facts facts = key_facts_of(keys[i]);
        wanted += selector_judge(selector, &facts) == SELECTION_WANTED;
    }
    return wanted;
}

static void test_lists(void **state) {
    const struct lists_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct lists lists;
    struct selector selector = selector_of(&row->asked, &lists);
    struct span position = SPAN("");
    size_t wanted = 0;
    size_t made = 0;
    struct span *keys;
    size_t count = lay_out(&arena, &keys);

    while (selector_seek(&selector, position, &arena, &position)) {
        size_t at = first_behind(keys, count, position);
        size_t page = count - at < 1000 ? count - at : 1000;
        made++;
        wanted += count_wanted(&selector, keys + at, page);
        if (at + page == count)
            break;
        position = keys[at + page - 1];
    }
    assert_int_equal(wanted, row->wanted);
    if (made > row->lists)
        fail_msg("%zu lists", made);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_judge, judged),
        ROWS(test_seek, sought),
        ROWS(test_lists, listed),
    };

    return rows_run("selector", all, ARRAY_LENGTH(all));
}
