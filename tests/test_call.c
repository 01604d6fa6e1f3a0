/* aws/call.c: what is sent, and what is learnt from the answers. */
#include "tests/rows.h"

#include <pthread.h>

#include "aws/call.h"
#include "tests/support_aws_client.h"
#include "tests/support_refusals.h"

static const struct aws_call get = {.service = "s3",
                                    .method = "GET",
                                    .bucket = SPAN("bucket"),
                                    .path = SPAN("/a%20key"),
                                    .query = SPAN(""),
                                    .about = SPAN("s3://bucket/a key")};

static void test_what_is_sent(void **state) {
    static const char *const answers[] = {FINE, NULL};
    static const struct http_field range = {SPAN("Range"), SPAN("bytes=1-")};
    struct aws_world world;
    struct aws_call call = get;
    struct transport_answer answer;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_and_close, (void *)(uintptr_t)answers, "1");
    call.query = SPAN("versionId=a%2Fb");
    call.fields = &range;
    call.field_count = 1;
    assert_true(aws_call(world.channel, &call, &world.arena, &answer, &err));
    const struct fake_request *seen = fake_http_request(world.server, 0);
    assert_true(span_equal(seen->target, SPAN("/bucket/a%20key?versionId=a%2Fb")));
    assert_true(span_equal(fake_field(seen, "Range"), SPAN("bytes=1-")));
    assert_true(signed_for(&world, 0, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"));
    assert_true(signed_for(&world, 0, "/us-east-1/s3/aws4_request"));
    assert_true(signed_for(&world, 0, "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date"));
    aws_world_close(&world);
}

static void test_a_region_is_remembered(void **state) {
    static const char *const answers[] = {
        REFUSED_WITH("301 Away", "x-amz-bucket-region: eu-west-1\r\n", "PermanentRedirect"), FINE,
        NULL};
    struct aws_world world;
    struct transport_answer answer;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_and_close, (void *)(uintptr_t)answers, "1");
    assert_true(aws_call(world.channel, &get, &world.arena, &answer, &err));
    assert_true(aws_call(world.channel, &get, &world.arena, &answer, &err));
    assert_int_equal(fake_http_count(world.server), 3);
    assert_true(signed_for(&world, 0, "/us-east-1/s3/"));
    assert_true(signed_for(&world, 1, "/eu-west-1/s3/"));
    assert_true(signed_for(&world, 2, "/eu-west-1/s3/"));
    aws_world_close(&world);
}

static void test_their_clock_is_taken(void **state) {
    static const char *const answers[] = {
        REFUSED_WITH("403 No", "Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n", "RequestTimeTooSkewed"),
        FINE, NULL};
    struct aws_world world;
    struct transport_answer answer;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_and_close, (void *)(uintptr_t)answers, "1");
    assert_true(aws_call(world.channel, &get, &world.arena, &answer, &err));
    assert_true(span_starts_with(fake_field(fake_http_request(world.server, 1), "X-Amz-Date"),
                                 SPAN("20260102T0304")));
    aws_world_close(&world);
}

static char *metadata;

static char *variable_of_an_instance(const char *name) {
    static const char *const unset[] = {"AWS_REGION", "AWS_ACCESS_KEY_ID",
                                        "AWS_EC2_METADATA_DISABLED"};

    for (size_t i = 0; i < ARRAY_LENGTH(unset); i++) {
        if (strcmp(name, unset[i]) == 0)
            return NULL;
    }
    return strcmp(name, "AWS_EC2_METADATA_SERVICE_ENDPOINT") == 0 ? metadata : aws_variable(name);
}

static void test_the_region_of_the_instance(void **state) {
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nrole",
        "HTTP/1.1 200 OK\r\n" CLOSING
        "{\"Code\":\"Success\",\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\","
        "\"Token\":\"t\",\"Expiration\":\"2999-01-02T03:04:05Z\"}",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ncn-north-1",
        FINE,
        FINE,
        NULL};
    struct aws_world world = {0};
    struct aws_call call = get;
    struct transport_answer answer;
    struct err err = {0};

    (void)state;
    world.server = fake_http_start(answer_and_close, (void *)(uintptr_t)answers);
    metadata = (char *)(uintptr_t)fake_http_url(world.server);
    aws_variables_for(metadata, "1");
    if (!aws_client_open(variable_of_an_instance, &world.client, &err))
        fail_msg("%s", err.text);
    world.channel = aws_channel_open(world.client);
    if (!aws_call(world.channel, &call, &world.arena, &answer, &err))
        fail_msg("%s", err.text);
    assert_true(signed_for(&world, 4, "/cn-north-1/s3/"));
    call.region = SPAN("eu-west-1");
    assert_true(aws_call(world.channel, &call, &world.arena, &answer, &err));
    assert_true(signed_for(&world, 5, "/eu-west-1/s3/"));
    aws_world_close(&world);
}

/* The client closes the connection when it has the answer: then it waits to ask once more. */
static void refuse_and_cancel(void *context, struct fake_connection *connection,
                              const struct fake_request *request) {
    (void)request;
    fake_send(connection, SPAN("HTTP/1.1 503 Slow\r\nRetry-After: 3600\r\nContent-Length: 0\r\n"
                               "Connection: close\r\n\r\n"));
    fake_stall(connection);
    atomic_store((atomic_bool *)context, true);
}

static void test_cancel_ends_a_wait(void **state) {
    struct aws_world world;
    struct aws_call call = get;
    struct transport_answer answer;
    struct err err = {0};
    atomic_bool cancel = false;

    (void)state;
    aws_world_open(&world, refuse_and_cancel, &cancel, "5");
    call.cancel = &cancel;
    assert_false(aws_call(world.channel, &call, &world.arena, &answer, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_int_equal(fake_http_count(world.server), 1);
    aws_world_close(&world);
}

static void *call_often(void *argument) {
    struct aws_world *world = argument;
    struct aws_channel *channel = aws_channel_open(world->client);
    struct arena CLEANUP(arena_clear) arena = {0};
    struct transport_answer answer;
    struct err err = {0};
    bool good = true;

    for (int i = 0; i < 20; i++)
        good = aws_call(channel, &get, &arena, &answer, &err) && good;
    aws_channel_close(channel);
    return good ? world : NULL;
}

static void answer_by_region(void *context, struct fake_connection *connection,
                             const struct fake_request *request) {
    struct span line = fake_field(request, "Authorization");

    (void)context;
    if (memmem(line.data, line.length, "/eu-west-1/", 11) != NULL)
        fake_answer(connection, 200, "", SPAN("fine"));
    else
        fake_answer(connection, 301, "x-amz-bucket-region: eu-west-1\r\n", SPAN(""));
}

static void test_threads_share_what_was_learnt(void **state) {
    struct aws_world world = {0};
    pthread_t threads[4];
    void *good;

    (void)state;
    world.server = fake_http_start(answer_by_region, NULL);
    world.client = aws_client_for(fake_http_url(world.server), "1");
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_often, &world), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
        pthread_join(threads[i], &good);
        assert_non_null(good);
    }
    aws_world_close(&world);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_what_is_sent),         TEST(test_a_region_is_remembered),
        TEST(test_their_clock_is_taken), TEST(test_the_region_of_the_instance),
        TEST(test_cancel_ends_a_wait),   TEST(test_threads_share_what_was_learnt),
    };

    return rows_run("call", all, ARRAY_LENGTH(all));
}
