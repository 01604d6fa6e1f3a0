/* aws/s3_list.c, list_answer.c: lists of a server that can do everything wrong. A real one answers
 * in the stories. */
#include "tests/rows.h"

#include "aws/s3.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "tests/support_aws_client.h"

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
    struct aws_world world;
    struct s3_page page = {0};
    struct buffer CLEANUP(buffer_clear) keys;
    struct err err = {0};
    const struct s3_list list = {
        .bucket = SPAN("bucket"), .prefix = row->prefix, .start_after = row->start_after};

    buffer_init(&keys, 0);
    aws_world_open(&world, answer_text, (void *)(uintptr_t)row->answer, "3");
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
    aws_world_close(&world);
}

static void test_values_of_an_object(void **state) {
    static const char answer[] = LIST(
        "<Contents><Key>a</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified>"
        "<ETag>&quot;0123abc-2&quot;</ETag><Size>1234</Size><StorageClass>GLACIER</StorageClass>"
        "</Contents>" KEY("b") FOLDER("c/") "<IsTruncated>true</IsTruncated>");
    const struct s3_list list = {.bucket = SPAN("bucket"), .prefix = SPAN(""), .folders = true};
    struct aws_world world;
    struct s3_page page;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_text, (void *)(uintptr_t)answer, "3");
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
    aws_world_close(&world);
}

static void test_the_request_for_a_list(void **state) {
    const struct s3_list list = {.bucket = SPAN("bucket"),
                                 .prefix = SPAN("AWSLogs/a b/"),
                                 .start_after = SPAN("AWSLogs/a b/+%\xc3\xa4"),
                                 .folders = true,
                                 .max_keys = 7};
    struct aws_world world;
    struct s3_page page;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_text, (void *)(uintptr_t)LIST(""), "3");
    assert_true(s3_list_page(world.channel, &list, NULL, &world.arena, &page, &err));
    assert_true(
        span_equal(fake_http_request(world.server, 0)->target,
                   SPAN("/bucket/?delimiter=%2F&encoding-type=url&list-type=2&max-keys=7&"
                        "prefix=AWSLogs%2Fa%20b%2F&start-after=AWSLogs%2Fa%20b%2F%2B%25%C3%A4")));
    aws_world_close(&world);
}

static void test_too_many_keys_at_once(void **state) {
    const struct s3_list list = {.bucket = SPAN("bucket"), .prefix = SPAN("")};
    struct buffer CLEANUP(buffer_clear) answer;
    struct aws_world world;
    struct s3_page page;
    struct err err = {0};

    (void)state;
    buffer_init(&answer, 0);
    buffer_append_text(&answer, "<ListBucketResult>");
    for (int i = 0; i < S3_PAGE_KEYS + 1; i++)
        buffer_append_format(&answer, KEY("%04d"), i);
    buffer_append_text(&answer, "</ListBucketResult>");
    buffer_append_byte(&answer, '\0');
    aws_world_open(&world, answer_text, answer.data, "3");
    assert_false(s3_list_page(world.channel, &list, NULL, &world.arena, &page, &err));
    assert_non_null(strstr(err.text, "1000 keys"));
    aws_world_close(&world);
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
    struct aws_world world;
    struct s3_page page;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_folders, &again, "3");
    assert_true(s3_list_folders(world.channel, SPAN("bucket"), SPAN("p/"), NULL, &world.arena,
                                &page, &err));
    assert_int_equal(page.folder_count, 5);
    assert_int_equal(page.count, 1);
    assert_true(span_equal(page.folders[0], SPAN("p/a/")));
    assert_true(span_equal(page.folders[4], SPAN("p/e/")));
    assert_false(page.more);
    assert_int_equal(fake_http_count(world.server), 3);
    aws_world_close(&world);
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
    struct aws_world world;
    struct s3_page page;
    struct err err = {0};

    aws_world_open(&world, answer_nothing_at_first, &pages, "3");
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
    aws_world_close(&world);
}

static void test_folders_that_go_round_in_circles(void **state) {
    bool again = true;
    struct aws_world world;
    struct s3_page page;
    struct err err = {0};

    (void)state;
    aws_world_open(&world, answer_folders, &again, "3");
    assert_false(s3_list_folders(world.channel, SPAN("bucket"), SPAN("p/"), NULL, &world.arena,
                                 &page, &err));
    assert_int_equal(err.kind, ERR_REMOTE);
    assert_non_null(strstr(err.text, "come again"));
    aws_world_close(&world);
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
    };

    return rows_run("s3_list", all, ARRAY_LENGTH(all));
}
