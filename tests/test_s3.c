/* Lists and objects against a server that can do everything wrong. A real one answers in the
 * stories. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "aws/s3.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "tests/support_aws_client.h"
#include "tests/support_fake_http.h"

struct world {
    struct fake_http *server;
    struct aws_client *client;
    struct aws_channel *channel;
    struct arena arena;
};

static void enter(struct world *world, fake_answer_function answer, void *context) {
    *world = (struct world){0};
    world->server = fake_http_start(answer, context);
    world->client = aws_client_for(fake_http_url(world->server), "3");
    world->channel = aws_channel_open(world->client);
}

static void leave(struct world *world) {
    aws_channel_close(world->channel);
    aws_client_close(world->client);
    fake_http_stop(world->server);
    arena_clear(&world->arena);
}

/* ---- lists ---- */

static void answer_text(void *context, struct fake_connection *connection,
                        const struct fake_request *request) {
    (void)request;
    fake_answer(connection, 200, "Content-Type: application/xml\r\n", span_of(context));
}

#define LIST(inside)                                                                               \
    "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" inside                  \
    "</ListBucketResult>"
#define KEY(key)     "<Contents><Key>" key "</Key></Contents>"
#define FOLDER(name) "<CommonPrefixes><Prefix>" name "</Prefix></CommonPrefixes>"
#define URL          "<EncodingType>url</EncodingType>"

static const struct list_row {
    const char *name;
    const char *answer;
    struct span prefix;
    struct span start_after;
    const char *keys; /* each with a | behind; NULL: refused */
    const char *says;
} lists[] = {
    {"nothing", LIST("<IsTruncated>false</IsTruncated>"), SPAN(""), SPAN(""), "", ""},
    {"keys", LIST(KEY("a") KEY("b/c")), SPAN(""), SPAN(""), "a|b/c|", ""},
    {"escaped keys", LIST(URL KEY("a+b") KEY("a%20c") KEY("a%2Bd") KEY("%C3%A4%0A")), SPAN(""),
     SPAN(""), "a b|a c|a+d|\xc3\xa4\n|", ""},
    {"escaped keys, told behind them", LIST(KEY("a%2Fb") URL), SPAN(""), SPAN(""), "a/b|", ""},
    {"keys that are not escaped", LIST(KEY("a%2Fb") KEY("a+&amp;")), SPAN(""), SPAN(""),
     "a%2Fb|a+&|", ""},
    {"of the prefix", LIST(KEY("p/a")), SPAN("p/"), SPAN(""), "p/a|", ""},
    {"behind the start", LIST(KEY("b")), SPAN(""), SPAN("a"), "b|", ""},
    {"elements of tomorrow", LIST("<New><Deep>1</Deep></New>" KEY("a") "<More/>"), SPAN(""),
     SPAN(""), "a|", ""},
    {"no XML", "<html><p>", SPAN(""), SPAN(""), NULL, "no XML"},
    {"nothing at all", "", SPAN(""), SPAN(""), NULL, "0 bytes"},
    {"cut off", "<ListBucketResult><Contents><Key>a</Key>", SPAN(""), SPAN(""), NULL, "no XML"},
    {"something else", "<ListAllMyBucketsResult/>", SPAN(""), SPAN(""), NULL, "ListBucketResult"},
    {"of another prefix", LIST(KEY("q/a")), SPAN("p/"), SPAN(""), NULL, "prefix"},
    {"not behind the start", LIST(KEY("a")), SPAN(""), SPAN("a"), NULL, "not in order"},
    {"out of order", LIST(KEY("b") KEY("a")), SPAN(""), SPAN(""), NULL, "not in order"},
    {"twice the same", LIST(KEY("a") KEY("a")), SPAN(""), SPAN(""), NULL, "not in order"},
    {"more of nothing", LIST("<IsTruncated>true</IsTruncated>"), SPAN(""), SPAN(""), NULL,
     "nothing came"},
    {"folders that were not asked for", LIST(KEY("a") FOLDER("b/")), SPAN(""), SPAN(""), NULL,
     "not asked for"},
    {"perhaps more", LIST("<IsTruncated>perhaps</IsTruncated>"), SPAN(""), SPAN(""), NULL,
     "IsTruncated"},
    {"an object without a key", LIST("<Contents><Size>1</Size></Contents>"), SPAN(""), SPAN(""),
     NULL, "no key"},
    {"an empty key", LIST(KEY("")), SPAN(""), SPAN(""), NULL, "empty"},
    {"an escape that is none", LIST(URL KEY("%zz")), SPAN(""), SPAN(""), NULL, "escape"},
    {"a size that is none", LIST("<Contents><Key>a</Key><Size>-1</Size></Contents>"), SPAN(""),
     SPAN(""), NULL, "Size"},
    {"a time that is none",
     LIST("<Contents><Key>a</Key><LastModified>now</LastModified></Contents>"), SPAN(""), SPAN(""),
     NULL, "LastModified"},
    {"another encoding", LIST("<EncodingType>rot13</EncodingType>"), SPAN(""), SPAN(""), NULL,
     "EncodingType"},
};

static void test_list(void **state) {
    const struct list_row *row = *state;
    struct world world;
    struct s3_page page = {0};
    struct buffer CLEANUP(buffer_clear) keys;
    struct err err = {0};
    const struct s3_list list = {
        .bucket = SPAN("bucket"), .prefix = row->prefix, .start_after = row->start_after};

    buffer_init(&keys, 0);
    enter(&world, answer_text, (void *)(uintptr_t)row->answer);
    bool good = s3_list_page(world.channel, &list, NULL, &world.arena, &page, &err);
    assert_int_equal(good, row->keys != NULL);
    /* What makes no sense may have been damaged: it is asked for three times. */
    assert_int_equal(fake_http_count(world.server), good ? 1 : 3);
    for (size_t i = 0; i < page.count; i++) {
        assert_true(span_equal(page.objects[i].bucket, SPAN("bucket")));
        buffer_append(&keys, page.objects[i].key);
        buffer_append_byte(&keys, '|');
    }
    if (good) {
        assert_true(span_equal(buffer_span(&keys), span_of(row->keys)));
    } else {
        assert_int_equal(err.kind, ERR_REMOTE);
        assert_non_null(strstr(err.text, row->says));
        assert_non_null(strstr(err.text, "s3://bucket/"));
    }
    leave(&world);
}

static void test_values_of_an_object(void **state) {
    static const char answer[] = LIST(
        "<Contents><Key>a</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified>"
        "<ETag>&quot;0123abc-2&quot;</ETag><Size>1234</Size><StorageClass>GLACIER</StorageClass>"
        "</Contents>" KEY("b") FOLDER("c/") "<IsTruncated>true</IsTruncated>");
    const struct s3_list list = {.bucket = SPAN("bucket"), .prefix = SPAN(""), .folders = true};
    struct world world;
    struct s3_page page;
    struct err err = {0};

    (void)state;
    enter(&world, answer_text, (void *)(uintptr_t)answer);
    assert_true(s3_list_page(world.channel, &list, NULL, &world.arena, &page, &err));
    assert_int_equal(page.count, 2);
    assert_true(span_equal(page.objects[0].etag, SPAN("0123abc-2")));
    assert_true(span_equal(page.objects[0].storage_class, SPAN("GLACIER")));
    assert_int_equal(page.objects[0].bytes, 1234);
    assert_int_equal(page.objects[0].modified_ms, INT64_C(1767323045678));
    assert_null(page.objects[1].etag.data);
    assert_int_equal(page.objects[1].bytes, -1);
    assert_int_equal(page.objects[1].modified_ms, -1);
    assert_int_equal(page.folder_count, 1);
    assert_true(span_equal(page.folders[0], SPAN("c/")));
    assert_true(page.more);
    leave(&world);
}

static void test_the_request_for_a_list(void **state) {
    const struct s3_list list = {.bucket = SPAN("bucket"),
                                 .prefix = SPAN("AWSLogs/a b/"),
                                 .start_after = SPAN("AWSLogs/a b/+%\xc3\xa4"),
                                 .folders = true,
                                 .max_keys = 7};
    struct world world;
    struct s3_page page;
    struct err err = {0};

    (void)state;
    enter(&world, answer_text, (void *)(uintptr_t)LIST(""));
    assert_true(s3_list_page(world.channel, &list, NULL, &world.arena, &page, &err));
    assert_true(
        span_equal(fake_http_request(world.server, 0)->target,
                   SPAN("/bucket/?delimiter=%2F&encoding-type=url&list-type=2&max-keys=7&"
                        "prefix=AWSLogs%2Fa%20b%2F&start-after=AWSLogs%2Fa%20b%2F%2B%25%C3%A4")));
    leave(&world);
}

static void test_too_many_keys_at_once(void **state) {
    const struct s3_list list = {.bucket = SPAN("bucket"), .prefix = SPAN("")};
    struct buffer CLEANUP(buffer_clear) answer;
    struct world world;
    struct s3_page page;
    struct err err = {0};

    (void)state;
    buffer_init(&answer, 0);
    buffer_append_text(&answer, "<ListBucketResult>");
    for (int i = 0; i < S3_PAGE_KEYS + 1; i++)
        buffer_append_format(&answer, KEY("%04d"), i);
    buffer_append_text(&answer, "</ListBucketResult>");
    buffer_append_byte(&answer, '\0');
    enter(&world, answer_text, answer.data);
    assert_false(s3_list_page(world.channel, &list, NULL, &world.arena, &page, &err));
    assert_non_null(strstr(err.text, "1000 keys"));
    leave(&world);
}

/* Two folders a page, three pages, with a token that needs escapes. */
static void answer_folders(void *context, struct fake_connection *connection,
                           const struct fake_request *request) {
    static const char *const pages[] = {
        LIST(FOLDER("p/a/") FOLDER("p/b/") "<IsTruncated>true</IsTruncated>"
                                           "<NextContinuationToken>1/+=</NextContinuationToken>"),
        LIST(KEY("p/bb") FOLDER("p/c/")
                 FOLDER("p/d/") "<IsTruncated>true</IsTruncated>"
                                "<NextContinuationToken>2</NextContinuationToken>"),
        LIST(FOLDER("p/e/") "<IsTruncated>false</IsTruncated>"),
    };
    struct span target = request->target;
    size_t page = 0;

    if (memmem(target.data, target.length, "continuation-token=1%2F%2B%3D&", 30) != NULL)
        page = 1;
    else if (memmem(target.data, target.length, "continuation-token=2&", 21) != NULL)
        page = *(bool *)context ? 0 : 2;
    fake_answer(connection, 200, "", span_of(pages[page]));
}

static void test_folders(void **state) {
    bool again = false;
    struct world world;
    struct s3_page page;
    struct err err = {0};

    (void)state;
    enter(&world, answer_folders, &again);
    assert_true(s3_list_folders(world.channel, SPAN("bucket"), SPAN("p/"), NULL, &world.arena,
                                &page, &err));
    assert_int_equal(page.folder_count, 5);
    assert_int_equal(page.count, 1);
    assert_true(span_equal(page.folders[0], SPAN("p/a/")));
    assert_true(span_equal(page.folders[4], SPAN("p/e/")));
    assert_false(page.more);
    assert_int_equal(fake_http_count(world.server), 3);
    leave(&world);
}

/* Empty pages, as many as `*context` says, then one with a key. */
static void answer_nothing_at_first(void *context, struct fake_connection *connection,
                                    const struct fake_request *request) {
    bool found = request->number == *(size_t *)context;

    fake_answer(connection, 200, "",
                found ? SPAN(LIST(KEY("b") "<IsTruncated>true</IsTruncated>"))
                      : SPAN(LIST("<IsTruncated>true</IsTruncated>"
                                  "<NextContinuationToken>t</NextContinuationToken>")));
}

static const struct empty_row {
    const char *name;
    size_t pages;
    bool good;
} empties[] = {
    {"two empty pages", 2, true},
    {"no end of empty pages", LIMIT_EMPTY_PAGES, false},
};

static void test_empty_pages(void **state) {
    const struct empty_row *row = *state;
    const struct s3_list list = {
        .bucket = SPAN("bucket"), .prefix = SPAN(""), .start_after = SPAN("a")};
    size_t pages = row->pages;
    struct world world;
    struct s3_page page;
    struct err err = {0};

    enter(&world, answer_nothing_at_first, &pages);
    assert_int_equal(s3_list_page(world.channel, &list, NULL, &world.arena, &page, &err),
                     row->good);
    if (row->good) {
        struct span target = fake_http_request(world.server, 1)->target;
        assert_int_equal(page.count, 1);
        assert_true(page.more);
        assert_non_null(memmem(target.data, target.length, "continuation-token=t&", 21));
    } else {
        assert_int_equal(err.kind, ERR_REMOTE);
        assert_non_null(strstr(err.text, "page after page"));
        assert_int_equal(fake_http_count(world.server), LIMIT_EMPTY_PAGES);
    }
    leave(&world);
}

static void test_folders_that_go_round_in_circles(void **state) {
    bool again = true;
    struct world world;
    struct s3_page page;
    struct err err = {0};

    (void)state;
    enter(&world, answer_folders, &again);
    assert_false(s3_list_folders(world.channel, SPAN("bucket"), SPAN("p/"), NULL, &world.arena,
                                 &page, &err));
    assert_int_equal(err.kind, ERR_REMOTE);
    assert_non_null(strstr(err.text, "come again"));
    leave(&world);
}

/* ---- objects ---- */

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

static const struct get_row {
    const char *name;
    struct step steps[6];
    size_t step_count;
    int64_t max_bytes;
    size_t asked;
    const char *ranges; /* of each request, - for none */
    enum err_kind kind; /* ERR_NONE: the whole object came */
    const char *etag;
} gets[] = {
    {"at once", {{0, "\"1\"", 0, NULL}}, 1, MIB, 1, "- ", ERR_NONE, "1"},
    {"just as large as it may be", {{0, "\"1\"", 0, NULL}}, 1, BODY_BYTES, 1, "- ", ERR_NONE, "1"},
    {"cut once",
     {{1000, "\"1\"", 0, NULL}, {0, "\"1\"", 0, NULL}},
     2,
     MIB,
     2,
     "- bytes=1000- ",
     ERR_NONE,
     "1"},
    {"cut twice",
     {{1000, "\"1\"", 0, NULL}, {500, "\"1\"", 0, NULL}, {0, "\"1\"", 0, NULL}},
     3,
     MIB,
     3,
     "- bytes=1000- bytes=1500- ",
     ERR_NONE,
     "1"},
    {"cut again and again",
     {{1000, "\"1\"", 0, NULL}},
     1,
     MIB,
     3,
     "- bytes=1000- bytes=2000- ",
     ERR_BUSY,
     NULL},
    {"changed after a cut",
     {{1000, "\"1\"", 0, NULL}, {0, "\"2\"", 0, NULL}},
     2,
     MIB,
     3,
     "- bytes=1000- - ",
     ERR_NONE,
     "2"},
    {"changed again and again",
     {{1000, "\"1\"", 0, NULL}, {0, "\"2\"", 0, NULL}, {1000, "\"3\"", 0, NULL}},
     3,
     MIB,
     3,
     "- bytes=1000- - ",
     ERR_BUSY,
     NULL},
    {"cut without an ETag",
     {{1000, NULL, 0, NULL}, {0, NULL, 0, NULL}},
     2,
     MIB,
     2,
     "- - ",
     ERR_NONE,
     ""},
    {"a server that knows no ranges",
     {{1000, "\"1\"", 0, NULL}, {0, "\"1\"", 200, NULL}},
     2,
     MIB,
     2,
     "- bytes=1000- ",
     ERR_NONE,
     "1"},
    {"a server that goes on elsewhere",
     {{1000, "\"1\"", 0, NULL}, {0, "\"1\"", 0, "bytes 900-99999/100000"}, {0, "\"1\"", 0, NULL}},
     3,
     MIB,
     3,
     "- bytes=1000- - ",
     ERR_NONE,
     "1"},
    {"a server that goes on with another size",
     {{1000, "\"1\"", 0, NULL}, {0, "\"1\"", 0, "bytes 1000-99999/100001"}, {0, "\"1\"", 0, NULL}},
     3,
     MIB,
     3,
     "- bytes=1000- - ",
     ERR_NONE,
     "1"},
    {"a part that nobody asked for",
     {{0, "\"1\"", 206, NULL}, {0, "\"1\"", 0, NULL}},
     2,
     MIB,
     2,
     "- - ",
     ERR_NONE,
     "1"},
    {"a part at its end",
     {{1000, "\"1\"", 0, NULL}, {0, "\"1\"", 416, NULL}, {0, "\"1\"", 0, NULL}},
     3,
     MIB,
     3,
     "- bytes=1000- - ",
     ERR_NONE,
     "1"},
    {"an ETag that holds a control character",
     {{1000, "\"a\tb\"", 0, NULL}},
     1,
     MIB,
     1,
     "- ",
     ERR_REMOTE,
     NULL},
    {"too large", {{0, "\"1\"", 0, NULL}}, 1, BODY_BYTES - 1, 1, "- ", ERR_TOO_LARGE, NULL},
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
    struct world world;
    struct s3_got got = {0};
    struct err err = {0};

    make_body(&object);
    object.steps = row->steps;
    object.step_count = row->step_count;
    open_spool(&place, &spool, directory);
    enter(&world, answer_object, &object);
    bool good =
        s3_get(world.channel, &wanted, &spool, row->max_bytes, NULL, &world.arena, &got, &err);
    assert_int_equal(good ? ERR_NONE : err.kind, row->kind);
    assert_int_equal(fake_http_count(world.server), row->asked);
    assert_ranges(world.server, row->ranges);
    if (good) {
        assert_int_equal(got.bytes, BODY_BYTES);
        assert_true(span_equal(got.etag, span_of(row->etag)));
        assert_int_equal(got.version.data != NULL, row->etag[0] != '\0');
        assert_holds(&spool, (struct span){object.body, BODY_BYTES});
    } else {
        assert_non_null(strstr(err.text, "s3://bucket/a key"));
    }
    leave(&world);
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
    struct world world;
    struct s3_got got;
    struct err err = {0};

    open_spool(&place, &spool, directory);
    enter(&world, cut_far_behind, &status);
    assert_false(s3_get(world.channel, &wanted, &spool, GIB, NULL, &world.arena, &got, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_in_range(fake_http_count(world.server), 2, 8);
    leave(&world);
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
    struct world world = {0};
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
    leave(&world);
    close_spool(&place, &spool, directory);
}

static void stall_after_some(void *context, struct fake_connection *connection,
                             const struct fake_request *request) {
    (void)context;
    (void)request;
    fake_send(connection, SPAN("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 9\r\n\r\n1234"));
    fake_stall(connection);
}

static void *cancel_soon(void *argument) {
    usleep(50 * 1000);
    atomic_store((atomic_bool *)argument, true);
    return NULL;
}

static void test_cancel_ends_a_download(void **state) {
    char directory[] = "/tmp/traild-test-XXXXXX";
    const struct s3_object wanted = {
        .bucket = SPAN("bucket"), .key = SPAN("a"), .version = SPAN_NONE, .bytes = -1};
    struct spool_place place;
    struct spool spool;
    struct world world;
    struct s3_got got;
    struct err err = {0};
    atomic_bool cancel = false;
    pthread_t thread;

    (void)state;
    open_spool(&place, &spool, directory);
    enter(&world, stall_after_some, NULL);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &cancel), 0);
    assert_false(s3_get(world.channel, &wanted, &spool, MIB, &cancel, &world.arena, &got, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    pthread_join(thread, NULL);
    leave(&world);
    close_spool(&place, &spool, directory);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_list, lists),
        TEST(test_values_of_an_object),
        TEST(test_the_request_for_a_list),
        TEST(test_too_many_keys_at_once),
        TEST(test_folders),
        ROWS(test_empty_pages, empties),
        TEST(test_folders_that_go_round_in_circles),
        ROWS(test_get, gets),
        ROWS(test_progress_that_is_thrown_away, endless),
        TEST(test_an_empty_object_and_its_version),
        TEST(test_cancel_ends_a_download),
    };

    return rows_run("s3", all, ARRAY_LENGTH(all));
}
