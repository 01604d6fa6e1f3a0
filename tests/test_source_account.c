#include "tests/rows.h"

#include "ingest/source_account.h"

#define FILE_NAME "123456789012_CloudTrail_us-east-1_20230710T1145Z_7xgocspSowgK0Gto.json.gz"
#define OTHER     "_CloudTrail_us-east-1_20230710T1145Z_7xgocspSowgK0Gto.json.gz"

static const struct source_row {
    const char *name;
    const char *source;
    const char *account; /* NULL: none */
} sources[] = {
    {"a file name", FILE_NAME, "123456789012"},
    {"a path", "/var/logs/" FILE_NAME, "123456789012"},
    {"a URI", "s3://bucket/prefix/" FILE_NAME, "123456789012"},
    {"folders", "s3://b/AWSLogs/111111111111/CloudTrail/eu-west-1/2023/07/10/x.gz", "111111111111"},
    {"folders from the start", "AWSLogs/111111111111/CloudTrail/x.gz", "111111111111"},
    {"folders of an organization", "s3://b/p/AWSLogs/o-abc123/222222222222/CloudTrail/us-east-1/x",
     "222222222222"},
    {"the file name before the folders", "AWSLogs/111111111111/CloudTrail/" FILE_NAME,
     "123456789012"},
    {"logs of another service", "AWSLogs/111111111111/elasticloadbalancing/x.gz", NULL},
    {"digests", "AWSLogs/111111111111/CloudTrail-Digest/x.gz", NULL},
    {"folders cut off", "AWSLogs/111111111111/CloudTrail", NULL},
    {"no AWSLogs", "x/111111111111/CloudTrail/x.gz", NULL},
    {"no organization", "AWSLogs/x-abc/111111111111/CloudTrail/x.gz", NULL},
    {"eleven digits", "12345678901" OTHER, NULL},
    {"thirteen digits", "1234567890123" OTHER, NULL},
    {"a letter among them", "12345678901x" OTHER, NULL},
    {"digits alone", "123456789012", NULL},
    {"a file name as a folder", "123456789012_CloudTrail_x/y.gz", NULL},
    {"a word", "upload", NULL},
    {"nothing", "", NULL},
    {"slashes", "///", NULL},
};

static void test_source(void **state) {
    const struct source_row *row = *state;
    struct span account = source_account(span_of(row->source));

    if (row->account == NULL)
        assert_null(account.data);
    else
        assert_true(span_equal(account, span_of(row->account)));
}

int main(void) {
    const struct rows all[] = {ROWS(test_source, sources)};

    return rows_run("source_account", all, ARRAY_LENGTH(all));
}
