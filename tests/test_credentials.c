#include "aws/credentials.h"

#include <pthread.h>
#include <stdio.h>

#include "tests/rows.h"
#include "tests/support_aws.h"
#include "tests/support_credentials.h"

#define TEN_SECONDS_MS 10000

static const struct found_row {
    const char *name;
    const char *variables;
    const char *config;
    const char *credentials;
    const char *key;
    const char *origin;
    const char *token; /* NULL: none */
} found_rows[] = {
    {"the environment", "AWS_ACCESS_KEY_ID=ENV\nAWS_SECRET_ACCESS_KEY=secret", "[default]\n" STATIC,
     "[default]\n" STATIC, "ENV", "environment", NULL},
    {"the environment with a token",
     "AWS_ACCESS_KEY_ID=ENV\nAWS_SECRET_ACCESS_KEY=secret\nAWS_SESSION_TOKEN=t", NULL, NULL, "ENV",
     "environment", "t"},
    {"the environment before a named profile",
     "AWS_ACCESS_KEY_ID=ENV\nAWS_SECRET_ACCESS_KEY=secret\nAWS_PROFILE=x", NULL, "[x]\n" STATIC,
     "ENV", "environment", NULL},
    {"the credentials file", NULL, NULL, "[default]\n" STATIC, "STATIC", "profile default", NULL},
    {"the credentials file before the config file", NULL,
     "[default]\naws_access_key_id = CONFIG\naws_secret_access_key = secret",
     "[default]\n" STATIC "aws_session_token = t", "STATIC", "profile default", "t"},
    {"the config file", NULL, "[default]\n" STATIC, NULL, "STATIC", "profile default", NULL},
    {"a named profile", "AWS_PROFILE=x", NULL,
     "[default]\naws_access_key_id = A\naws_secret_access_key = b\n[x]\n" STATIC, "STATIC",
     "profile x", NULL},
    {"a command", NULL,
     "[default]\ncredential_process = sh -c 'printf \"{\\\"Version\\\": 1, \\\"AccessKeyId\\\": "
     "\\\"PROCESS\\\", \\\"SecretAccessKey\\\": \\\"s\\\", \\\"SessionToken\\\": \\\"t\\\"}\"'\n",
     NULL, "PROCESS", "credential_process of profile default", "t"},
    {"a command before the keys of the config file", NULL,
     "[default]\n" STATIC "credential_process = cat {HOME}/.aws/keys\n", NULL, "PROCESS",
     "credential_process of profile default", NULL},
    {"keys of the credentials file before a command", NULL,
     "[default]\ncredential_process = false\n", "[default]\n" STATIC, "STATIC", "profile default",
     NULL},
    {"a container with its token",
     NO_INSTANCE "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/pod\n"
                 "AWS_CONTAINER_AUTHORIZATION_TOKEN=pod-token",
     NULL, NULL, "POD", "container", "token"},
    {"a container with its token in a file",
     NO_INSTANCE "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/pod\n"
                 "AWS_CONTAINER_AUTHORIZATION_TOKEN=another\n"
                 "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE={HOME}/.aws/pod",
     NULL, NULL, "POD", "container", "token"},
    {"a container without a token", NO_INSTANCE "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/plain",
     NULL, NULL, "PLAIN", "container", "token"},
    {"a container before the instance",
     "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/ok\n"
     "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/plain",
     NULL, NULL, "PLAIN", "container", "token"},
    {"an instance", "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/ok/", NULL, NULL, "INSTANCE",
     "EC2 instance", "token"},
    {"an instance that the config file names", NULL,
     "[default]\nec2_metadata_service_endpoint = {SERVER}/ok\n", NULL, "INSTANCE", "EC2 instance",
     "token"},
    {"an instance of the first version", "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/first", NULL,
     NULL, "FIRST", "EC2 instance", "token"},
    {"a role by another profile", STS, "[default]\n" ROLE "a\nsource_profile = x\n", "[x]\n" STATIC,
     "BYSTATIC", "profile default, role arn:aws:iam::111122223333:role/a", "t"},
    {"a role by its own keys", STS, "[default]\n" ROLE "a\nsource_profile = default\n" STATIC, NULL,
     "BYSTATIC", "profile default, role arn:aws:iam::111122223333:role/a", "t"},
    {"a role before the keys of the same profile", STS,
     "[default]\n" ROLE "a\nsource_profile = x\n" STATIC,
     "[x]\naws_access_key_id = INSTANCE\naws_secret_access_key = s", "BYINSTANCE",
     "profile default, role arn:aws:iam::111122223333:role/a", "t"},
    {"a role by a role", STS,
     "[default]\n" ROLE "a\nsource_profile = x\n[profile x]\n" ROLE "b\nsource_profile = y\n",
     "[y]\n" STATIC, "BYROLE", "profile default, role arn:aws:iam::111122223333:role/a", "t"},
    {"a role by the instance",
     "AWS_ENDPOINT_URL_STS={SERVER}/sts\nAWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/ok",
     "[default]\n" ROLE "a\ncredential_source = ec2instancemetadata\n", NULL, "BYINSTANCE",
     "profile default, role arn:aws:iam::111122223333:role/a", "t"},
    {"a role with all that may be said", STS,
     "[default]\n" ROLE "a\nsource_profile = x\nexternal_id = a b/c\nduration_seconds = 900\n"
     "role_session_name = me\n",
     "[x]\n" STATIC, "EXTERNAL", "profile default, role arn:aws:iam::111122223333:role/a", "t"},
    {"a web identity",
     STS "AWS_WEB_IDENTITY_TOKEN_FILE={HOME}/.aws/web\n"
         "AWS_ROLE_ARN=arn:aws:iam::111122223333:role/a\nAWS_ROLE_SESSION_NAME=me",
     "[default]\n" STATIC, "[default]\n" STATIC, "NAMED",
     "web identity, role arn:aws:iam::111122223333:role/a", "t"},
    {"a web identity of a profile", STS,
     "[default]\n" ROLE "a\nweb_identity_token_file = {HOME}/.aws/web\n", NULL, "TOKEN",
     "web identity, role arn:aws:iam::111122223333:role/a", "t"},
    {"a web identity as the source of a role leaves the environment alone",
     STS "AWS_ROLE_ARN=arn:aws:iam::111122223333:role/denied",
     "[default]\n" ROLE "a\nsource_profile = x\n[profile x]\n" ROLE
     "b\nweb_identity_token_file = {HOME}/.aws/web\n",
     NULL, "BYNOBODY", "profile default, role arn:aws:iam::111122223333:role/a", "t"},
};

static void test_found(void **state) {
    const struct found_row *row = *state;
    struct credentials found;
    struct credential_world world;
    struct err err = {0};

    credential_world_open(&world, row->variables, row->config, row->credentials);
    if (!credential_world_get(&world, &found, &err))
        fail_msg("it says: %s", err.text);
    assert_true(span_equal(found.access_key, span_of(row->key)));
    assert_string_equal(found.origin, row->origin);
    assert_int_equal(found.token.data == NULL, row->token == NULL);
    assert_true(span_equal(found.token, span_of(row->token)));
    credential_world_close(&world);
}

static const struct region_row {
    const char *name;
    const char *variables; /* beside the address of STS */
    const char *config;
    const char *region; /* NULL: not known */
    const char *sts;    /* for which STS's request was signed; NULL: there is none */
} regions[] = {
    {"an instance's", "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/ok", NULL, "eu-north-1", NULL},
    {"that of the settings goes first",
     "AWS_REGION=eu-west-1\nAWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/ok", NULL, NULL, NULL},
    {"an instance that tells no region", "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/first", NULL,
     NULL, NULL},
    {"a role by the instance", "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/ok",
     "[default]\n" ROLE "a\ncredential_source = Ec2InstanceMetadata\n", "eu-north-1",
     "/eu-north-1/sts/"},
    {"a role by keys", NO_INSTANCE,
     "[default]\n" ROLE "a\nsource_profile = x\n[profile x]\n" STATIC, NULL, "/us-east-1/sts/"},
    {"a role in the settings' region", NO_INSTANCE "AWS_REGION=eu-west-1",
     "[default]\n" ROLE "a\nsource_profile = x\n[profile x]\n" STATIC, NULL, "/eu-west-1/sts/"},
};

/* `/us-east-1/sts/` is a part of it; empty when nobody was asked. */
static struct span last_signature(struct credential_world *world) {
    size_t asked = fake_http_count(world->server);

    return asked == 0 ? SPAN("")
                      : fake_field(fake_http_request(world->server, asked - 1), "Authorization");
}

static void test_region(void **state) {
    const struct region_row *row = *state;
    struct credentials found;
    struct credential_world world;
    struct err err = {0};
    char variables[300];

    snprintf(variables, sizeof(variables), "AWS_ENDPOINT_URL_STS={SERVER}/sts\n%s", row->variables);
    credential_world_open(&world, variables, row->config, NULL);
    if (!credential_world_get(&world, &found, &err))
        fail_msg("it says: %s", err.text);
    assert_int_equal(found.region.data == NULL, row->region == NULL);
    assert_true(span_equal(found.region, span_of(row->region)));
    struct span line = last_signature(&world);
    if (row->sts != NULL)
        assert_non_null(memmem(line.data, line.length, row->sts, strlen(row->sts)));
    credential_world_close(&world);
}

static void test_a_clock_that_is_off(void **state) {
    struct credentials found;
    struct credential_world world;
    struct err err = {0};

    (void)state;
    credential_world_open(&world, STS, "[default]\n" ROLE "late\nsource_profile = x\n",
                          "[x]\n" STATIC);
    if (!credential_world_get(&world, &found, &err))
        fail_msg("it says: %s", err.text);
    assert_int_equal(fake_http_count(world.server), 2);
    assert_true(aws_clock_now_ms(&world.clock) < INT64_C(1767326645000));
    credential_world_close(&world);
}

/* What S3 taught counts here as well. */
static void test_a_clock_that_was_set(void **state) {
    struct credentials found;
    struct credential_world world;
    struct err err = {0};

    (void)state;
    credential_world_open(&world, STS, "[default]\n" ROLE "late\nsource_profile = x\n",
                          "[x]\n" STATIC);
    assert_true(aws_clock_learn(&world.clock, 0, INT64_C(1767323045000)));
    if (!credential_world_get(&world, &found, &err))
        fail_msg("it says: %s", err.text);
    assert_int_equal(fake_http_count(world.server), 1);
    credential_world_close(&world);
}

static void test_nothing_is_not_sought_twice(void **state) {
    struct credentials found;
    struct credential_world world;
    struct err err = {0};
    struct err again = {0};

    (void)state;
    credential_world_open(&world, "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/bare", NULL, NULL);
    assert_false(credential_world_get(&world, &found, &err));
    size_t asked = fake_http_count(world.server);
    assert_false(credential_world_get(&world, &found, &again));
    assert_int_equal(fake_http_count(world.server), asked);
    assert_int_equal(again.kind, ERR_REMOTE);
    assert_string_equal(again.text, err.text);
    credential_world_close(&world);
}

static void test_kept_ones_are_not_sought_again(void **state) {
    struct credentials found;
    struct credential_world world;
    struct err err = {0};

    (void)state;
    credential_world_open(&world, "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/ok", NULL, NULL);
    for (int i = 0; i < 3; i++)
        assert_true(credential_world_get(&world, &found, &err));
    assert_int_equal(fake_http_count(world.server), 4);
    assert_true(found.expires_ms > INT64_C(32000000000000));
    credential_world_close(&world);
}

struct asker {
    pthread_t thread;
    struct credential_world *world;
    bool good;
};

static void *ask_in_thread(void *argument) {
    const struct transport_config config = {0};
    struct asker *asker = argument;
    struct transport *transport = transport_open(&config);
    struct arena arena = {0};
    struct credentials found;
    struct err err = {0};

    asker->good = true;
    for (int i = 0; i < 20; i++) {
        asker->good = asker->good && credential_chain_get(asker->world->chain, transport, NULL,
                                                          &arena, &found, &err);
        if (asker->good)
            credential_chain_refuse(asker->world->chain, found.access_key);
    }
    arena_wipe(&arena);
    transport_close(transport);
    return NULL;
}

static void test_one_search_for_many_threads(void **state) {
    struct asker askers[8];
    struct credential_world world;

    (void)state;
    credential_world_open(&world, "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/ok", NULL, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(askers); i++) {
        askers[i] = (struct asker){.world = &world};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_in_thread, &askers[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(askers); i++) {
        pthread_join(askers[i].thread, NULL);
        assert_true(askers[i].good);
    }
    credential_world_close(&world);
}

/* Files are read at each search. */
static void test_a_broken_file_is_forgotten_when_it_is_mended(void **state) {
    struct credentials found;
    struct credential_world world;
    struct err err = {0};

    (void)state;
    credential_world_open(&world, NO_INSTANCE, NULL, "[default]\naws_access_key_id = A\n");
    assert_false(credential_world_get(&world, &found, &err));
    aws_home_write(".aws/credentials", "[default]\n" STATIC);
    atomic_fetch_add(&world.clock.offset_ms, TEN_SECONDS_MS);
    assert_true(credential_world_get(&world, &found, &err));
    assert_true(span_equal(found.access_key, SPAN("STATIC")));
    credential_world_close(&world);
}

static void test_cancelled(void **state) {
    const atomic_bool cancel = true;
    struct credentials found;
    struct credential_world world;
    struct err err = {0};

    (void)state;
    credential_world_open(&world, NO_INSTANCE, "[default]\ncredential_process = sleep 1000\n",
                          NULL);
    assert_false(
        credential_chain_get(world.chain, world.transport, &cancel, &world.arena, &found, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    credential_world_close(&world);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_found, found_rows),
        ROWS(test_region, regions),
        TEST(test_a_clock_that_is_off),
        TEST(test_a_clock_that_was_set),
        TEST(test_nothing_is_not_sought_twice),
        TEST(test_kept_ones_are_not_sought_again),
        TEST(test_one_search_for_many_threads),
        TEST(test_a_broken_file_is_forgotten_when_it_is_mended),
        TEST(test_cancelled),
    };

    return rows_run("credentials", all, ARRAY_LENGTH(all));
}
