#include "tests/rows.h"

#include "aws/endpoint.h"
#include "aws/host_label.h"

#define NO_BUCKET SPAN_NONE

static const char *told_url; /* AWS_ENDPOINT_URL of the row at hand */

static char *variable(const char *name) {
    static char url[256];

    if (strcmp(name, "AWS_ENDPOINT_URL") != 0 || told_url == NULL)
        return NULL;
    assert_true(strlen(told_url) < sizeof(url));
    strncpy(url, told_url, sizeof(url) - 1);
    return url;
}

static const struct own_row {
    const char *name;
    const char *service;
    const char *region;
    struct span bucket;
    enum addressing addressing;
    bool dualstack;
    bool fips;
    const char *origin;
    const char *path;
} own[] = {
    {"a bucket", "s3", "eu-west-1", SPAN("my-bucket"), 0, false, false,
     "https://my-bucket.s3.eu-west-1.amazonaws.com", "/k"},
    {"a bucket with dots", "s3", "eu-west-1", SPAN("my.bucket"), 0, false, false,
     "https://s3.eu-west-1.amazonaws.com", "/my.bucket/k"},
    {"a bucket with dots that is wanted before the host", "s3", "eu-west-1", SPAN("my.bucket"),
     ADDRESSING_VIRTUAL, false, false, "https://s3.eu-west-1.amazonaws.com", "/my.bucket/k"},
    {"an old name in capitals", "s3", "us-east-1", SPAN("My_Bucket"), 0, false, false,
     "https://s3.us-east-1.amazonaws.com", "/My_Bucket/k"},
    {"path style", "s3", "eu-west-1", SPAN("my-bucket"), ADDRESSING_PATH, false, false,
     "https://s3.eu-west-1.amazonaws.com", "/my-bucket/k"},
    {"China", "s3", "cn-north-1", SPAN("b"), 0, false, false,
     "https://b.s3.cn-north-1.amazonaws.com.cn", "/k"},
    {"GovCloud", "s3", "us-gov-west-1", SPAN("b"), 0, false, false,
     "https://b.s3.us-gov-west-1.amazonaws.com", "/k"},
    {"an isolated partition", "s3", "us-isob-east-1", SPAN("b"), 0, false, false,
     "https://b.s3.us-isob-east-1.sc2s.sgov.gov", "/k"},
    {"dual stack", "s3", "eu-west-1", SPAN("b"), 0, true, false,
     "https://b.s3.dualstack.eu-west-1.amazonaws.com", "/k"},
    {"FIPS", "s3", "us-east-2", SPAN("b"), 0, false, true,
     "https://b.s3-fips.us-east-2.amazonaws.com", "/k"},
    {"FIPS and dual stack", "s3", "us-east-2", SPAN("b"), 0, true, true,
     "https://b.s3-fips.dualstack.us-east-2.amazonaws.com", "/k"},
    {"STS", "sts", "eu-west-1", NO_BUCKET, 0, false, false, "https://sts.eu-west-1.amazonaws.com",
     "/k"},
    {"STS over dual stack", "sts", "eu-west-1", NO_BUCKET, 0, true, false,
     "https://sts.eu-west-1.api.aws", "/k"},
    {"SQS", "sqs", "ap-south-1", NO_BUCKET, 0, false, true,
     "https://sqs-fips.ap-south-1.amazonaws.com", "/k"},
};

static void assert_endpoint(const struct endpoint *endpoint, const char *origin, const char *path) {
    assert_true(span_equal(endpoint->origin, span_of(origin)));
    assert_true(span_equal(endpoint->path, span_of(path)));
    assert_true(span_equal(endpoint->host, span_of(strstr(origin, "://") + 3)));
}

static void test_own(void **state) {
    const struct own_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct aws_settings settings = {.variable = variable,
                                    .addressing = row->addressing,
                                    .dualstack = row->dualstack,
                                    .fips = row->fips};
    const struct endpoint_question question = {.settings = &settings,
                                               .service = row->service,
                                               .region = span_of(row->region),
                                               .bucket = row->bucket,
                                               .path = SPAN("/k")};
    struct endpoint endpoint;
    struct err err = {0};

    told_url = NULL;
    assert_true(endpoint_find(&question, &arena, &endpoint, &err));
    assert_endpoint(&endpoint, row->origin, row->path);
}

static const struct told_row {
    const char *name;
    const char *url;
    struct span bucket;
    enum addressing addressing;
    const char *origin; /* NULL: refused */
    const char *path;
} told[] = {
    {"a server of one's own", "http://127.0.0.1:9000", SPAN("b"), 0, "http://127.0.0.1:9000",
     "/b/k"},
    {"with a slash", "http://127.0.0.1:9000/", SPAN("b"), 0, "http://127.0.0.1:9000", "/b/k"},
    {"with a path", "https://host/s3/", SPAN("b"), 0, "https://host", "/s3/b/k"},
    {"no bucket", "https://host/x", NO_BUCKET, 0, "https://host", "/x/k"},
    {"the scheme's own port", "https://host:443", SPAN("b"), 0, "https://host", "/b/k"},
    {"another scheme's port", "http://host:443", SPAN("b"), 0, "http://host:443", "/b/k"},
    {"the bucket before a name", "https://s3.example:8443/", SPAN("b"), ADDRESSING_VIRTUAL,
     "https://b.s3.example:8443", "/k"},
    {"no bucket before an address", "http://127.0.0.1:9000", SPAN("b"), ADDRESSING_VIRTUAL,
     "http://127.0.0.1:9000", "/b/k"},
    {"no bucket before an IPv6 address", "http://[::1]:9000", SPAN("b"), ADDRESSING_VIRTUAL,
     "http://[::1]:9000", "/b/k"},
    {"no bucket with dots before a name", "http://s3.example", SPAN("a.b"), ADDRESSING_VIRTUAL,
     "http://s3.example", "/a.b/k"},
    {"no scheme", "127.0.0.1:9000", SPAN("b"), 0, NULL, NULL},
    {"another scheme", "ftp://host", SPAN("b"), 0, NULL, NULL},
    {"no host", "http:///x", SPAN("b"), 0, NULL, NULL},
    {"a user", "http://me:secret@host", SPAN("b"), 0, NULL, NULL},
    {"a query", "http://host/?x", SPAN("b"), 0, NULL, NULL},
    {"a query at once", "http://host?x", SPAN("b"), 0, NULL, NULL},
    {"a space", "http://ho st", SPAN("b"), 0, NULL, NULL},
    {"a line end in the path", "http://host/\r\nX: 1", SPAN("b"), 0, NULL, NULL},
};

static void test_told(void **state) {
    const struct told_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct aws_settings settings = {.variable = variable, .addressing = row->addressing};
    const struct endpoint_question question = {.settings = &settings,
                                               .service = "s3",
                                               .region = SPAN("eu-west-1"),
                                               .bucket = row->bucket,
                                               .path = SPAN("/k")};
    struct endpoint endpoint;
    struct err err = {0};

    told_url = row->url;
    bool good = endpoint_find(&question, &arena, &endpoint, &err);
    assert_int_equal(good, row->origin != NULL);
    if (good) {
        assert_endpoint(&endpoint, row->origin, row->path);
        return;
    }
    assert_int_equal(err.kind, ERR_INVALID);
    assert_null(strstr(err.text, "secret"));
}

static const struct region_row {
    const char *name;
    const char *region;
    bool valid;
} regions[] = {
    {"a region", "eu-west-1", true},
    {"radosgw's", "default", true},
    {"nothing", "", false},
    {"a host", "evil.example", false},
    {"a path", "x/", false},
    {"a user", "x@y", false},
    {"capitals", "EU", false},
    {"a dash first", "-x", false},
    {"a dash last", "x-", false},
    {"too long", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
};

static void test_region(void **state) {
    const struct region_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct aws_settings settings = {.variable = variable};
    const struct endpoint_question question = {
        .settings = &settings, .service = "s3", .region = span_of(row->region), .path = SPAN("/k")};
    struct endpoint endpoint;
    struct err err = {0};

    told_url = NULL;
    assert_int_equal(is_host_label(span_of(row->region)), row->valid);
    assert_int_equal(endpoint_find(&question, &arena, &endpoint, &err), row->valid);
}

static void test_a_url_of_the_call_comes_first(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct aws_settings settings = {.variable = variable};
    const struct endpoint_question question = {.settings = &settings,
                                               .service = "sqs",
                                               .region = SPAN("eu-west-1"),
                                               .url = SPAN("https://sqs.eu-west-1.amazonaws.com"),
                                               .path = SPAN("/")};
    struct endpoint endpoint;
    struct err err = {0};

    (void)state;
    told_url = "http://127.0.0.1:1";
    assert_true(endpoint_find(&question, &arena, &endpoint, &err));
    assert_endpoint(&endpoint, "https://sqs.eu-west-1.amazonaws.com", "/");
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_own, own),
        ROWS(test_told, told),
        ROWS(test_region, regions),
        TEST(test_a_url_of_the_call_comes_first),
    };

    return rows_run("endpoint", all, ARRAY_LENGTH(all));
}
