/* aws/client.c: what is wrong in the settings shows when it is opened. */
#include "aws/client.h"
#include "tests/rows.h"

#include <stdlib.h>

static const struct wrong_row {
    const char *name;
    char variable[32];
    char value[64];
    const char *says;
} wrongs[] = {
    {"an endpoint of another scheme", "AWS_ENDPOINT_URL_S3", "ftp://host", "AWS_ENDPOINT_URL"},
    {"an endpoint with a password", "AWS_ENDPOINT_URL", "http://me:pass-word@host", "no password"},
    {"a region that is none", "AWS_REGION", "eu-west-1.evil.example", "name of a region"},
    {"certificates that are not there", "AWS_CA_BUNDLE", "/no/such.pem",
     "/no/such.pem: No such file"},
    {"a folder of certificates", "AWS_CA_BUNDLE", "/etc", "/etc is no file"},
};

static const struct wrong_row *current;

/* getenv gives what may be written to. */
static char *variable(const char *name) {
    static char null_file[] = "/dev/null";
    static char value[64];

    if (strcmp(name, "AWS_CONFIG_FILE") == 0 || strcmp(name, "AWS_SHARED_CREDENTIALS_FILE") == 0)
        return null_file;
    if (strcmp(name, current->variable) != 0)
        return NULL;
    memcpy(value, current->value, sizeof(value));
    return value;
}

static void test_wrong(void **state) {
    struct aws_client *client = NULL;
    struct err err = {0};

    current = *state;
    assert_false(aws_client_open(variable, &client, &err));
    assert_null(client);
    assert_int_equal(err.kind, ERR_INVALID);
    if (strstr(err.text, current->says) == NULL)
        fail_msg("says: %s", err.text);
    assert_null(strstr(err.text, "pass-word"));
}

int main(void) {
    const struct rows all[] = {ROWS(test_wrong, wrongs)};

    return rows_run("aws_client", all, ARRAY_LENGTH(all));
}
