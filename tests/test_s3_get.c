/* aws/s3_get.c: objects of a server that can do everything wrong. A real one answers in the
 * stories. */
#include "tests/rows.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "aws/s3.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "tests/support_aws_client.h"

#define BODY_BYTES ((size_t)100 * 1000)

/* How the n-th request for the object is answered. */
struct step {
    size_t cut_after;  /* bytes of the body; 0: none is cut */
    const char *etag;  /* with quotes; NULL: none */
    int status;        /* 0: as the request asks */
    const char *range; /* Content-Range in place of the true one */
};

struct object {
    char body[BODY_BYTES];
    const struct step *steps; /* the last one for all that follow */
    size_t step_count;
};

static int64_t offset_asked(const struct fake_request *request) {
    struct span range = fake_field(request, "Range");
    struct span digits;
    int64_t offset = 0;

    if (range.data == NULL)
        return -1;
    digits = span_skip(range, strlen("bytes="));
    digits.length--;
    assert_true(span_to_integer(digits, &offset));
    return offset;
}

static bool precondition_holds(const struct fake_request *request, const struct step *step) {
    struct span wanted = fake_field(request, "If-Match");

    return wanted.data == NULL || span_equal(wanted, span_of(step->etag));
}

static void send_body(struct fake_connection *connection, struct span body,
                      const struct step *step) {
    if (step->cut_after > 0 && step->cut_after < body.length) {
        body.length = step->cut_after;
        fake_close(connection);
    }
    fake_send(connection, body);
}

static void answer_object(void *context, struct fake_connection *connection,
                          const struct fake_request *request) {
    const struct object *object = context;
    size_t last = object->step_count - 1;
    const struct step *step = &object->steps[request->number < last ? request->number : last];
    struct buffer CLEANUP(buffer_clear) head;
    int64_t offset = offset_asked(request);
    size_t from = offset < 0 ? 0 : (size_t)offset;

    buffer_init(&head, 0);
    if (!precondition_holds(request, step)) {
        fake_answer(connection, 412, "", SPAN("<Error><Code>PreconditionFailed</Code></Error>"));
        return;
    }
    if (step->status == 200)
        from = 0;
    buffer_append_format(&head, "HTTP/1.1 %d Fake\r\nContent-Length: %zu\r\n",
                         step->status != 0 ? step->status : (offset < 0 ? 200 : 206),
                         BODY_BYTES - from);
    if (step->etag != NULL)
        buffer_append_format(&head, "ETag: %s\r\nx-amz-version-id: v1\r\n", step->etag);
    if (step->range != NULL)
        buffer_append_format(&head, "Content-Range: %s\r\n", step->range);
    else if (offset >= 0)
        buffer_append_format(&head, "Content-Range: bytes %zu-%zu/%zu\r\n", from, BODY_BYTES - 1,
                             BODY_BYTES);
    buffer_append_text(&head, "\r\n");
    fake_send(connection, buffer_span(&head));
    send_body(connection, (struct span){object->body + from, BODY_BYTES - from}, step);
}

#define QUOTED(etag) "\"" etag "\""
#define WHOLE(etag)                                                                                \
    { 0, QUOTED(etag), 0, NULL }
#define CUT(after, etag)                                                                           \
    { after, QUOTED(etag), 0, NULL }

static const struct get_row {
    const char *name;
    struct step steps[3];
    size_t step_count;
    int64_t max_bytes;  /* 0: any */
    const char *ranges; /* of each request, - for none */
    enum err_kind kind; /* ERR_NONE: the whole object came */
    const char *etag;
} gets[] = {
    {"at once", {WHOLE("1")}, 1, 0, "- ", ERR_NONE, "1"},
    {"just as large as it may be", {WHOLE("1")}, 1, BODY_BYTES, "- ", ERR_NONE, "1"},
    {"too large", {WHOLE("1")}, 1, BODY_BYTES - 1, "- ", ERR_TOO_LARGE, NULL},
    {"cut once", {CUT(1000, "1"), WHOLE("1")}, 2, 0, "- bytes=1000- ", ERR_NONE, "1"},
    {"cut twice",
     {CUT(1000, "1"), CUT(500, "1"), WHOLE("1")},
     3,
     0,
     "- bytes=1000- bytes=1500- ",
     ERR_NONE,
     "1"},
    {"cut again and again", {CUT(1000, "1")}, 1, 0, "- bytes=1000- bytes=2000- ", ERR_BUSY, NULL},
    {"changed after a cut", {CUT(1000, "1"), WHOLE("2")}, 2, 0, "- bytes=1000- - ", ERR_NONE, "2"},
    {"changed again and again",
     {CUT(1000, "1"), WHOLE("2"), CUT(1000, "3")},
     3,
     0,
     "- bytes=1000- - ",
     ERR_BUSY,
     NULL},
    {"cut without an ETag",
     {{1000, NULL, 0, NULL}, {0, NULL, 0, NULL}},
     2,
     0,
     "- - ",
     ERR_NONE,
     ""},
    {"a server that knows no ranges",
     {CUT(1000, "1"), {0, QUOTED("1"), 200, NULL}},
     2,
     0,
     "- bytes=1000- ",
     ERR_NONE,
     "1"},
    {"a server that goes on elsewhere",
     {CUT(1000, "1"), {0, QUOTED("1"), 0, "bytes 900-99999/100000"}, WHOLE("1")},
     3,
     0,
     "- bytes=1000- - ",
     ERR_NONE,
     "1"},
    {"a server that goes on with another size",
     {CUT(1000, "1"), {0, QUOTED("1"), 0, "bytes 1000-99999/100001"}, WHOLE("1")},
     3,
     0,
     "- bytes=1000- - ",
     ERR_NONE,
     "1"},
    {"a part that nobody asked for",
     {{0, QUOTED("1"), 206, NULL}, WHOLE("1")},
     2,
     0,
     "- - ",
     ERR_NONE,
     "1"},
    {"a part at its end",
     {CUT(1000, "1"), {0, QUOTED("1"), 416, NULL}, WHOLE("1")},
     3,
     0,
     "- bytes=1000- - ",
     ERR_NONE,
     "1"},
    {"an ETag that holds a control character", {CUT(1000, "a\tb")}, 1, 0, "- ", ERR_REMOTE, NULL},
};

static void assert_ranges(struct fake_http *server, const char *expected) {
    struct buffer CLEANUP(buffer_clear) ranges;

    buffer_init(&ranges, 0);
    for (size_t i = 0; i < fake_http_count(server); i++) {
        struct span range = fake_field(fake_http_request(server, i), "Range");
        buffer_append(&ranges, range.data == NULL ? SPAN("-") : range);
        buffer_append_byte(&ranges, ' ');
    }
    buffer_append_byte(&ranges, '\0');
    assert_string_equal(ranges.data, expected);
}

static void assert_holds(struct spool *spool, struct span expected) {
    struct spooled spooled;
    uint8_t digest[SHA256_BYTES];

    spool_finish(spool, &spooled);
    sha256_of(expected, digest);
    assert_int_equal(spooled.bytes, expected.length);
    assert_memory_equal(spooled.sha256, digest, sizeof(digest));
}

static void open_spool(struct spool_place *place, struct spool *spool, char *directory) {
    struct err err = {0};

    assert_non_null(mkdtemp(directory));
    assert_true(spool_place_open(place, directory, &err));
    spool_init(spool, place);
}

static void close_spool(struct spool_place *place, struct spool *spool, const char *directory) {
    char below[64];

    spool_clear(spool);
    spool_place_close(place);
    snprintf(below, sizeof(below), "%s/tmp", directory);
    rmdir(below);
    assert_int_equal(rmdir(directory), 0);
}

static void make_body(struct object *object) {
    for (size_t i = 0; i < BODY_BYTES; i++)
        object->body[i] = (char)(i * 7 + i / 251);
}

static void test_get(void **state) {
    const struct get_row *row = *state;
    static struct object object;
    char directory[] = "/tmp/traild-test-XXXXXX";
    const struct s3_object wanted = {
        .bucket = SPAN("bucket"), .key = SPAN("a key"), .version = SPAN_NONE, .bytes = -1};
    struct spool_place place;
    struct spool spool;
    struct aws_world world;
    struct s3_got got = {0};
    struct err err = {0};

    make_body(&object);
    object.steps = row->steps;
    object.step_count = row->step_count;
    open_spool(&place, &spool, directory);
    aws_world_open(&world, answer_object, &object, "3");
    bool good = s3_get(world.channel, &wanted, &spool, row->max_bytes == 0 ? MIB : row->max_bytes,
                       NULL, &world.arena, &got, &err);
    assert_int_equal(good ? ERR_NONE : err.kind, row->kind);
    assert_ranges(world.server, row->ranges);
    if (good) {
        assert_int_equal(got.bytes, BODY_BYTES);
        assert_true(span_equal(got.etag, span_of(row->etag)));
        assert_int_equal(got.version.data != NULL, row->etag[0] != '\0');
        assert_holds(&spool, (struct span){object.body, BODY_BYTES});
    } else {
        assert_non_null(strstr(err.text, "s3://bucket/a key"));
    }
    aws_world_close(&world);
    close_spool(&place, &spool, directory);
}

/* Each answer brings enough to count as progress, and none can be gone on with. */
#define PIECE_BYTES ((size_t)MIB + 1000)

static void cut_far_behind(void *context, struct fake_connection *connection,
                           const struct fake_request *request) {
    static const char piece[PIECE_BYTES];

    if (fake_field(request, "If-Match").data != NULL) {
        fake_answer(connection, *(const int *)context, "", SPAN(""));
        return;
    }
    fake_send(connection,
              SPAN("HTTP/1.1 200 OK\r\nETag: W/\"1\"\r\nContent-Length: 9000000\r\n\r\n"));
    fake_send(connection, (struct span){piece, sizeof(piece)});
    fake_close(connection);
}

static const struct endless_row {
    const char *name;
    int status; /* of what begins behind the first byte */
} endless[] = {{"a weak ETag matches nothing", 412}, {"no range is known", 416}};

static void test_progress_that_is_thrown_away(void **state) {
    const struct endless_row *row = *state;
    char directory[] = "/tmp/traild-test-XXXXXX";
    const struct s3_object wanted = {
        .bucket = SPAN("bucket"), .key = SPAN("a"), .version = SPAN_NONE, .bytes = -1};
    int status = row->status;
    struct spool_place place;
    struct spool spool;
    struct aws_world world;
    struct s3_got got;
    struct err err = {0};

    open_spool(&place, &spool, directory);
    aws_world_open(&world, cut_far_behind, &status, "3");
    assert_false(s3_get(world.channel, &wanted, &spool, GIB, NULL, &world.arena, &got, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_in_range(fake_http_count(world.server), 2, 8);
    aws_world_close(&world);
    close_spool(&place, &spool, directory);
}

static void test_an_empty_object_and_its_version(void **state) {
    static const char *const answer[] = {
        "HTTP/1.1 200 OK\r\nETag: \"d41d\"\r\nContent-Length: 0\r\n\r\n"};
    char directory[] = "/tmp/traild-test-XXXXXX";
    const struct s3_object wanted = {
        .bucket = SPAN("bucket"), .key = SPAN("a+b/\xc3\xa4"), .version = SPAN("v/1"), .bytes = 0};
    struct spool_place place;
    struct spool spool;
    struct aws_world world = {0};
    struct s3_got got = {0};
    struct err err = {0};

    (void)state;
    open_spool(&place, &spool, directory);
    world.server = fake_http_script(answer, 1);
    world.client = aws_client_for(fake_http_url(world.server), "3");
    world.channel = aws_channel_open(world.client);
    assert_true(s3_get(world.channel, &wanted, &spool, 0, NULL, &world.arena, &got, &err));
    assert_int_equal(got.bytes, 0);
    assert_null(got.version.data);
    assert_true(span_equal(fake_http_request(world.server, 0)->target,
                           SPAN("/bucket/a%2Bb/%C3%A4?versionId=v%2F1")));
    assert_holds(&spool, SPAN(""));
    aws_world_close(&world);
    close_spool(&place, &spool, directory);
}

#define CHUNKED "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nTransfer-Encoding: chunked\r\n\r\n"

static const struct unmeasured_row {
    const char *name;
    int64_t max_bytes;
    enum err_kind kind;
} unmeasured[] = {
    {"as large as it may be, of a length not told", 9, ERR_NONE},
    {"too large, of a length not told", 8, ERR_TOO_LARGE},
    {"too large from its second piece on", 5, ERR_TOO_LARGE},
    {"too large at once", 4, ERR_TOO_LARGE},
};

static void test_unmeasured(void **state) {
    static const char *const answer[] = {CHUNKED "5\r\n12345\r\n4\r\n6789\r\n0\r\n\r\n"};
    const struct unmeasured_row *row = *state;
    char directory[] = "/tmp/traild-test-XXXXXX";
    const struct s3_object wanted = {
        .bucket = SPAN("bucket"), .key = SPAN("a"), .version = SPAN_NONE, .bytes = -1};
    struct spool_place place;
    struct spool spool;
    struct aws_world world = {0};
    struct s3_got got = {0};
    struct err err = {0};

    open_spool(&place, &spool, directory);
    world.server = fake_http_script(answer, 1);
    world.client = aws_client_for(fake_http_url(world.server), "3");
    world.channel = aws_channel_open(world.client);
    bool good =
        s3_get(world.channel, &wanted, &spool, row->max_bytes, NULL, &world.arena, &got, &err);
    assert_int_equal(good ? ERR_NONE : err.kind, row->kind);
    assert_int_equal(fake_http_count(world.server), 1);
    if (good)
        assert_holds(&spool, SPAN("123456789"));
    aws_world_close(&world);
    close_spool(&place, &spool, directory);
}

static void end_without_length(void *context, struct fake_connection *connection,
                               const struct fake_request *request) {
    bool whole = fake_field(request, "Range").data == NULL;

    (void)context;
    if (whole)
        fake_send(connection, SPAN("HTTP/1.1 200 OK\r\nETag: \"1\"\r\n\r\n12345"));
    else
        fake_send(connection, SPAN("HTTP/1.1 206 Rest\r\nETag: \"1\"\r\n"
                                   "Content-Range: bytes 5-8/9\r\n\r\n6789"));
    fake_close(connection);
}

static const struct listed_row {
    const char *name;
    const char *etag; /* as listed, like the size */
    int64_t bytes;
    const char *body;
} listed[] = {
    {"an end that may be a cut, in a list that knows", "1", 9, "123456789"},
    {"a list that does not know", "1", -1, "12345"},
    {"a list of another object", "2", 9, "12345"},
    {"more than was listed", "1", 4, "12345"},
};

static void test_listed_size(void **state) {
    const struct listed_row *row = *state;
    char directory[] = "/tmp/traild-test-XXXXXX";
    const struct s3_object wanted = {.bucket = SPAN("bucket"),
                                     .key = SPAN("a"),
                                     .version = SPAN_NONE,
                                     .etag = span_of(row->etag),
                                     .bytes = row->bytes};
    struct spool_place place;
    struct spool spool;
    struct aws_world world;
    struct s3_got got;
    struct err err = {0};

    open_spool(&place, &spool, directory);
    aws_world_open(&world, end_without_length, NULL, "3");
    if (!s3_get(world.channel, &wanted, &spool, MIB, NULL, &world.arena, &got, &err))
        fail_msg("%s", err.text);
    assert_holds(&spool, span_of(row->body));
    aws_world_close(&world);
    close_spool(&place, &spool, directory);
}

static void cancel_after_some(void *context, struct fake_connection *connection,
                              const struct fake_request *request) {
    (void)request;
    fake_send(connection, SPAN("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 9\r\n\r\n1234"));
    atomic_store((atomic_bool *)context, true);
    fake_stall(connection);
}

static void test_cancel_ends_a_download(void **state) {
    char directory[] = "/tmp/traild-test-XXXXXX";
    const struct s3_object wanted = {
        .bucket = SPAN("bucket"), .key = SPAN("a"), .version = SPAN_NONE, .bytes = -1};
    struct spool_place place;
    struct spool spool;
    struct aws_world world;
    struct s3_got got;
    struct err err = {0};
    atomic_bool cancel = false;

    (void)state;
    open_spool(&place, &spool, directory);
    aws_world_open(&world, cancel_after_some, &cancel, "3");
    assert_false(s3_get(world.channel, &wanted, &spool, MIB, &cancel, &world.arena, &got, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    aws_world_close(&world);
    close_spool(&place, &spool, directory);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_get, gets),
        ROWS(test_progress_that_is_thrown_away, endless),
        TEST(test_an_empty_object_and_its_version),
        ROWS(test_unmeasured, unmeasured),
        ROWS(test_listed_size, listed),
        TEST(test_cancel_ends_a_download),
    };

    return rows_run("s3_get", all, ARRAY_LENGTH(all));
}
