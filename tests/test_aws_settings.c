#include "aws/settings.h"

#include "tests/rows.h"
#include "tests/support_aws.h"

static const struct value_row {
    const char *name;
    const char *variables;
    const char *config;
    const char *credentials;
    const char *profile;
    const char *region; /* NULL: not told */
    const char *s3;     /* endpoint; NULL: AWS's own */
    int64_t attempts;
} values[] = {
    {"nothing", NULL, NULL, NULL, "default", NULL, NULL, 0},
    {"the new variable of the region", "AWS_REGION=eu-west-1\nAWS_DEFAULT_REGION=us-east-2",
     "[default]\nregion = us-west-1\n", NULL, "default", "eu-west-1", NULL, 0},
    {"the old variable of the region", "AWS_DEFAULT_REGION=us-east-2",
     "[default]\nregion = us-west-1\n", NULL, "default", "us-east-2", NULL, 0},
    {"an empty variable counts for none", "AWS_REGION=\nAWS_PROFILE=\nAWS_MAX_ATTEMPTS=",
     "[default]\nregion = us-west-1\nmax_attempts = 7", NULL, "default", "us-west-1", NULL, 7},
    {"the default profile", NULL, "[profile x]\nregion=a\n[default]\nregion = b", NULL, "default",
     "b", NULL, 0},
    {"its longer name goes first", NULL, "[profile default]\nregion=a\n[default]\nregion = b", NULL,
     "default", "a", NULL, 0},
    {"a named profile", "AWS_PROFILE=x", "[profile x]\nregion=a\n[default]\nregion = b", NULL, "x",
     "a", NULL, 0},
    {"a named profile takes nothing of the default one", "AWS_PROFILE=x",
     "[profile x]\noutput=json\n[default]\nregion = b", NULL, "x", NULL, NULL, 0},
    {"the older variable of the profile goes first", "AWS_PROFILE=x\nAWS_DEFAULT_PROFILE=y",
     "[profile x]\nregion=a\n[profile y]\nregion = b", NULL, "y", "b", NULL, 0},
    {"a profile in quotes", "AWS_PROFILE=my own", "[profile \"my own\"]\nregion=a", NULL, "my own",
     "a", NULL, 0},
    {"a profile of the credentials file alone", "AWS_PROFILE=x", NULL, "[x]\nregion=a", "x", "a",
     NULL, 0},
    {"the credentials file goes first", NULL, "[default]\nregion = a", "[default]\nregion = b",
     "default", "b", NULL, 0},
    {"the variable of the number of attempts", "AWS_MAX_ATTEMPTS=2", "[default]\nmax_attempts = 7",
     NULL, "default", NULL, NULL, 2},
    {"the endpoint of the service in a variable",
     "AWS_ENDPOINT_URL_S3=http://a:1/\nAWS_ENDPOINT_URL=http://b",
     "[default]\nendpoint_url = http://c\nservices = s\n[services s]\ns3 =\n  endpoint_url = "
     "http://d",
     NULL, "default", NULL, "http://a:1", 0},
    {"the endpoint of all services in a variable", "AWS_ENDPOINT_URL=http://b",
     "[default]\nendpoint_url = http://c\nservices = s\n[services s]\ns3 =\n  endpoint_url = "
     "http://d",
     NULL, "default", NULL, "http://b", 0},
    {"the endpoint of the service in the file", "AWS_ENDPOINT_URL_STS=http://b",
     "[default]\nendpoint_url = http://c\nservices = s\n[services s]\ns3 =\n  endpoint_url = "
     "http://d",
     NULL, "default", NULL, "http://d", 0},
    {"the endpoint of all services in the file", NULL,
     "[default]\nendpoint_url = http://c\nservices = s\n[services s]\nsts =\n  endpoint_url = "
     "http://d",
     NULL, "default", NULL, "http://c", 0},
    {"endpoints that are to be ignored",
     "AWS_ENDPOINT_URL=http://b\nAWS_IGNORE_CONFIGURED_ENDPOINT_URLS=True",
     "[default]\nendpoint_url = http://c\n", NULL, "default", NULL, NULL, 0},
    {"endpoints that the file wants ignored", "AWS_ENDPOINT_URL=http://b",
     "[default]\nignore_configured_endpoint_urls = true\n", NULL, "default", NULL, NULL, 0},
    {"files elsewhere", "AWS_CONFIG_FILE={HOME}/c\nAWS_SHARED_CREDENTIALS_FILE={HOME}/nothing",
     "[default]\nregion = a", "[default]\nregion = b", "default", NULL, NULL, 0},
};

static void make_home(const char *variables, const char *config, const char *credentials) {
    aws_home_make(NULL);
    aws_home_set_lines(variables);
    aws_home_write(".aws/config", config);
    aws_home_write(".aws/credentials", credentials);
}

static void assert_span(struct span value, const char *expected) {
    assert_int_equal(value.data == NULL, expected == NULL);
    assert_true(span_equal(value, span_of(expected)));
}

static void test_value(void **state) {
    const struct value_row *row = *state;
    struct aws_settings *settings = NULL;
    struct err err = {0};

    make_home(row->variables, row->config, row->credentials);
    assert_true(aws_settings_open(aws_home_variable, &settings, &err));
    assert_span(settings->profile, row->profile);
    assert_span(settings->region, row->region);
    assert_span(aws_settings_endpoint(settings, "s3"), row->s3);
    assert_int_equal(settings->max_attempts, row->attempts);
    aws_settings_close(settings);
    aws_home_remove();
}

static void test_switches(void **state) {
    struct aws_settings *settings = NULL;
    struct err err = {0};

    (void)state;
    make_home("AWS_USE_FIPS_ENDPOINT=TRUE\nAWS_CA_BUNDLE=/a.pem",
              "[default]\nuse_fips_endpoint = false\nuse_dualstack_endpoint = true\n"
              "s3 =\n  addressing_style = path\nca_bundle = /b.pem",
              NULL);
    assert_true(aws_settings_open(aws_home_variable, &settings, &err));
    assert_true(settings->fips);
    assert_true(settings->dualstack);
    assert_false(settings->ignore_endpoints);
    assert_int_equal(settings->addressing, ADDRESSING_PATH);
    assert_span(settings->ca_bundle, "/a.pem");
    aws_settings_close(settings);
    aws_home_remove();
}

static const struct bad_row {
    const char *name;
    const char *variables;
    const char *config;
    const char *complaint; /* how it ends */
} bad[] = {
    {"a profile that is not there", "AWS_PROFILE=x", "[x]\nregion=a", "/.aws/credentials"},
    {"a profile that is not there, named",
     "AWS_PROFILE=x\nAWS_CONFIG_FILE=/c\n"
     "AWS_SHARED_CREDENTIALS_FILE=/d",
     NULL, "settings of AWS: AWS_PROFILE=x: there is no such profile in /c or /d"},
    {"no ini file", NULL, "region=a", "/.aws/config: line 1: a value before the first [section]"},
    {"a directory for a file", "AWS_CONFIG_FILE=/", NULL,
     "settings of AWS: AWS_CONFIG_FILE: /: Is a directory"},
    {"a region that is none", "AWS_REGION=eu west", NULL,
     "settings of AWS: AWS_REGION=eu west in the environment: must be the name of a region, "
     "such as eu-west-1"},
    {"a region with a comment", NULL, "[default]\nregion = eu-west-1 # mine",
     "region = eu-west-1 # mine of profile default: must be the name of a region, such as "
     "eu-west-1"},
    {"attempts that are no number", "AWS_MAX_ATTEMPTS=many", NULL,
     "AWS_MAX_ATTEMPTS=many in the environment: must be a whole number, 1 to 100"},
    {"no attempt", NULL, "[default]\nmax_attempts = 0",
     "max_attempts = 0 of profile default: must be a whole number, 1 to 100"},
    {"a switch that is neither", "AWS_USE_FIPS_ENDPOINT=yes", NULL,
     "AWS_USE_FIPS_ENDPOINT=yes in the environment: must be true or false"},
    {"an unknown style", NULL, "[default]\ns3 =\n  addressing_style = host",
     "s3 addressing_style of profile default: must be auto, path or virtual"},
    {"services that are not there", NULL, "[default]\nservices = s\n[services t]\n",
     "services = s of profile default: there is no [services s]"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct aws_settings *settings = NULL;
    struct err err = {0};

    make_home(row->variables, row->config, NULL);
    assert_false(aws_settings_open(aws_home_variable, &settings, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_true(span_starts_with(span_of(err.text), SPAN("settings of AWS: ")));
    if (!span_ends_with(span_of(err.text), span_of(row->complaint)))
        fail_msg("it says: %s", err.text);
    aws_home_remove();
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_value, values),
        TEST(test_switches),
        ROWS(test_bad, bad),
    };

    return rows_run("aws_settings", all, ARRAY_LENGTH(all));
}
