#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "aws/sns.h"
#include "base/limits.h"
#include "base/utc.h"

#define FOLDER "tests/data/sns/"
#define ROOT   FOLDER "root.pem"
#define SENT   INT64_C(1795334400000) /* 2026-11-22T08:00:00Z */
#define MINUTE INT64_C(60000)

/* The web of a test: certificates by the last part of their URL, from its folder. */
struct files {
    struct sns_web web;
    _Atomic(int) fetched;
    enum err_kind fails; /* of all, or ERR_NONE */
    enum err_kind issuer_fails;
};

static struct span file_bytes(struct span name, struct arena *arena) {
    const size_t room = 16384;
    char *bytes = arena_allocate(arena, room);
    FILE *file = fopen(arena_format(arena, FOLDER "%.*s%c", SPAN_ARGS(name), '\0').data, "rb");

    if (file == NULL)
        return SPAN_NONE;
    struct span read = {bytes, fread(bytes, 1, room, file)};
    fclose(file);
    return read;
}

static struct span file_of(struct span url) {
    struct span prefix = SPAN("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-");

    if (span_equal(url, SPAN("http://crt.test.amazontrust.com/test.cer")))
        return SPAN("intermediate.cer");
    return span_starts_with(url, prefix) ? span_skip(url, prefix.length) : SPAN("none");
}

static bool get_file(struct sns_web *web, struct span url, struct arena *arena,
                     struct span *out_body, struct err *err) {
    struct files *files = (struct files *)web;
    struct span name = file_of(url);
    bool issuer = span_ends_with(url, SPAN(".cer"));

    files->fetched++;
    if (files->fails != ERR_NONE)
        return err_set(err, files->fails, "no way there");
    if (issuer && files->issuer_fails != ERR_NONE)
        return err_set(err, files->issuer_fails, "no way there");
    struct span body = file_bytes(name, arena);
    if (body.data == NULL)
        return err_set(err, ERR_ABSENT, "HTTP 404");
    *out_body = body;
    return true;
}

static struct sns_message message_of(const char *name, struct arena *arena) {
    struct sns_message message;
    struct err err;

    struct span body = file_bytes(span_of(name), arena);
    if (!sns_message_read(body, arena, &message, &err))
        fail_msg("%s: %s", name, err.text);
    return message;
}

static const struct verify_row {
    const char *name;
    const char *file;
    const char *says; /* NULL: it is SNS's */
    int64_t after_ms; /* how long after it was sent it comes */
} messages[] = {
    {"version 1", "plain_1.json", NULL, 0},
    {"version 2", "plain_2.json", NULL, 0},
    {"version 1 with a subject and escapes", "subject_1.json", NULL, 0},
    {"version 2 with a subject and escapes", "subject_2.json", NULL, 0},
    {"a subscription, version 1", "subscription_1.json", NULL, 0},
    {"a subscription, version 2", "subscription_2.json", NULL, 0},
    {"a subscription that is over", "unsubscription.json", NULL, 0},
    {"the authority in between is fetched", "alone.json", NULL, 0},
    {"an hour later", "plain_2.json", NULL, 60 * MINUTE},
    {"more than an hour later", "plain_2.json", "more than an hour ago, at 2026-11-22T08:00:00",
     60 * MINUTE + 1},
    {"by a clock that is a little slow", "plain_2.json", NULL, -5 * MINUTE},
    {"from the future", "plain_2.json", "in the future", -5 * MINUTE - 1},
    {"a certificate that vouches for itself", "self.json", "issuer is unknown", 0},
    {"a certificate that has expired", "expired.json", "expired", 0},
    {"a certificate that is not valid yet", "future.json", "not yet", 0},
    {"a certificate of somebody else", "other.json", "not made out to SNS", 0},
    {"a certificate of too many", "star.json", "not made out to SNS", 0},
    {"a key that is too weak", "weak.json", "insecure", 0},
    {"a key of another kind", "curve.json", "signature is not that of its certificate", 0},
};

static void test_message(void **state) {
    const struct verify_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct files files = {.web = {.get = get_file}};
    struct sns_verifier *verifier = sns_verifier_open(ROOT);
    struct sns_message message = message_of(row->file, &arena);
    struct err err = {0};

    bool good = sns_verify(verifier, &message, &files.web, SENT + row->after_ms, &arena, &err);
    sns_verifier_close(verifier);
    if (good != (row->says == NULL))
        fail_msg("%s", good ? "it was believed" : err.text);
    if (good)
        return;
    assert_int_equal(err.kind, ERR_FORBIDDEN);
    if (strstr(err.text, row->says) == NULL)
        fail_msg("says: %s", err.text);
}

/* What somebody on the way might change; all of it is signed. */
static void change_message(struct sns_message *message) {
    message->message = SPAN("{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[\"b\"]}");
}
static void change_id(struct sns_message *message) {
    message->id = SPAN("another");
}
static void change_topic(struct sns_message *message) {
    message->topic = SPAN("arn:aws:sns:eu-west-1:111122223333:other");
}
static void change_time(struct sns_message *message) {
    message->timestamp = SPAN("2026-11-22T08:00:00.001Z");
}
static void change_type(struct sns_message *message) {
    message->type = SNS_UNSUBSCRIPTION;
}
static void change_version(struct sns_message *message) {
    message->signature_version = 3 - message->signature_version;
}
static void add_subject(struct sns_message *message) {
    message->subject = SPAN("");
}
static void change_token(struct sns_message *message) {
    message->token = SPAN("t");
}
static void change_subscribe_url(struct sns_message *message) {
    message->subscribe_url = SPAN("https://sns.eu-west-1.amazonaws.com/?Action=X");
}
static void cut_signature(struct sns_message *message) {
    message->signature.length--;
}
static void change_certificate(struct sns_message *message) {
    message->certificate_url =
        SPAN("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-regional.pem");
    message->topic = SPAN("arn:aws:sns:eu-west-1:111122223333:logs");
}

static const struct change_row {
    const char *name;
    const char *file;
    void (*change)(struct sns_message *message);
} changes[] = {
    {"the message", "plain_1.json", change_message},
    {"the message of version 2", "plain_2.json", change_message},
    {"its id", "plain_2.json", change_id},
    {"its topic", "plain_2.json", change_topic},
    {"its time", "plain_2.json", change_time},
    {"its type", "subscription_2.json", change_type},
    {"its version", "plain_1.json", change_version},
    {"its version, downwards", "plain_2.json", change_version},
    {"a subject where there was none", "plain_2.json", add_subject},
    {"its token", "subscription_1.json", change_token},
    {"where it is confirmed", "subscription_2.json", change_subscribe_url},
    {"its signature", "plain_2.json", cut_signature},
    {"its certificate", "plain_2.json", change_certificate},
};

static void test_change(void **state) {
    const struct change_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct files files = {.web = {.get = get_file}};
    struct sns_verifier *verifier = sns_verifier_open(ROOT);
    struct sns_message message = message_of(row->file, &arena);
    struct err err = {0};

    assert_true(sns_verify(verifier, &message, &files.web, SENT, &arena, &err));
    row->change(&message);
    if (message.type == SNS_UNSUBSCRIPTION)
        message.type_text = SPAN("UnsubscribeConfirmation");
    assert_false(sns_verify(verifier, &message, &files.web, SENT, &arena, &err));
    assert_int_equal(err.kind, ERR_FORBIDDEN);
    sns_verifier_close(verifier);
}

static void test_no_other_host_is_asked(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct files files = {.web = {.get = get_file}};
    struct sns_verifier *verifier = sns_verifier_open(ROOT);
    struct sns_message message = message_of("plain_2.json", &arena);
    struct err err = {0};

    (void)state;
    message.certificate_url = SPAN("https://evil.example/SimpleNotificationService-leaf.pem");
    assert_false(sns_verify(verifier, &message, &files.web, SENT, &arena, &err));
    assert_int_equal(err.kind, ERR_FORBIDDEN);
    assert_int_equal(files.fetched, 0);
    sns_verifier_close(verifier);
}

static void test_certificate_is_kept_for_a_day(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct files files = {.web = {.get = get_file}};
    struct sns_verifier *verifier = sns_verifier_open(ROOT);
    struct sns_message message = message_of("alone.json", &arena);
    struct err err = {0};

    (void)state;
    for (int hour = 0; hour < 25; hour++) {
        int64_t now_ms = SENT + hour * 60 * MINUTE;
        message.sent_ms = now_ms;
        assert_true(sns_verify(verifier, &message, &files.web, now_ms, &arena, &err));
        assert_int_equal(files.fetched, hour < 24 ? 2 : 4);
    }
    sns_verifier_close(verifier);
}

static const struct failing_row {
    const char *name;
    enum err_kind fails;
    enum err_kind issuer_fails;
    enum err_kind expected;
    const char *says;
} failing[] = {
    {"the certificate cannot be had now", ERR_BUSY, ERR_NONE, ERR_BUSY,
     "the SNS message's certificate"},
    {"there is none", ERR_ABSENT, ERR_NONE, ERR_FORBIDDEN, "the SNS message's certificate"},
    {"the host is not trusted", ERR_REMOTE, ERR_NONE, ERR_REMOTE, "no way there"},
    {"nobody waits any more", ERR_CANCELLED, ERR_NONE, ERR_CANCELLED, "no way there"},
    {"the issuer's cannot be had now", ERR_NONE, ERR_BUSY, ERR_BUSY, "AWS_CA_BUNDLE"},
};

static void test_failing(void **state) {
    const struct failing_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct files files = {
        .web = {.get = get_file}, .fails = row->fails, .issuer_fails = row->issuer_fails};
    struct sns_verifier *verifier = sns_verifier_open(ROOT);
    struct sns_message message = message_of("alone.json", &arena);
    struct err err = {0};

    assert_false(sns_verify(verifier, &message, &files.web, SENT, &arena, &err));
    assert_int_equal(err.kind, row->expected);
    if (strstr(err.text, row->says) == NULL)
        fail_msg("says: %s", err.text);
    files.fails = ERR_NONE;
    files.issuer_fails = ERR_NONE;
    assert_true(sns_verify(verifier, &message, &files.web, SENT, &arena, &err));
    sns_verifier_close(verifier);
}

static void test_authority_in_the_bundle_needs_no_fetching(void **state) {
    char bundle[] = "/tmp/traild-bundle-XXXXXX";
    struct arena CLEANUP(arena_clear) arena = {0};
    struct files files = {.web = {.get = get_file}, .issuer_fails = ERR_BUSY};
    struct sns_message message = message_of("alone.json", &arena);
    struct err err = {0};

    (void)state;
    struct span chain = file_bytes(SPAN("leaf.pem"), &arena);
    const char *second = (const char *)memmem(chain.data + 1, chain.length - 1, "-----BEGIN", 10);
    FILE *file = fdopen(mkstemp(bundle), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(second, (size_t)(chain.data + chain.length - second), 1, file), 1);
    fclose(file);
    struct sns_verifier *verifier = sns_verifier_open(bundle);
    if (!sns_verify(verifier, &message, &files.web, SENT, &arena, &err))
        fail_msg("%s", err.text);
    assert_int_equal(files.fetched, 1);
    sns_verifier_close(verifier);
    remove(bundle);
}

static void test_ever_new_certificates_are_not_fetched(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct files files = {.web = {.get = get_file}};
    struct sns_verifier *verifier = sns_verifier_open(ROOT);
    struct sns_message message = message_of("plain_2.json", &arena);
    struct span good = message.certificate_url;
    struct err err = {0};
    int busy = 0;

    (void)state;
    assert_true(sns_verify(verifier, &message, &files.web, SENT, &arena, &err));
    for (int i = 0; i < 100; i++) {
        message.certificate_url =
            arena_format(&arena, "https://sns.eu-west-1.amazonaws.com/%d.pem", i);
        assert_false(sns_verify(verifier, &message, &files.web, SENT, &arena, &err));
        busy += err.kind == ERR_BUSY;
    }
    assert_in_range(busy, 70, 95);
    assert_int_equal(files.fetched, 101 - busy);
    message.certificate_url = good;
    assert_true(sns_verify(verifier, &message, &files.web, SENT, &arena, &err));
    message.certificate_url = SPAN("https://sns.eu-west-1.amazonaws.com/1.pem");
    assert_false(sns_verify(verifier, &message, &files.web, SENT + MINUTE, &arena, &err));
    assert_int_equal(err.kind, ERR_FORBIDDEN);
    sns_verifier_close(verifier);
}

/* Regional names of the same certificate file: ever new URLs that are good. */
static bool get_any(struct sns_web *web, struct span url, struct arena *arena,
                    struct span *out_body, struct err *err) {
    (void)url;
    return get_file(web,
                    SPAN("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-leaf.pem"),
                    arena, out_body, err);
}

static void test_only_so_many_are_kept(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct files files = {.web = {.get = get_any}};
    struct sns_verifier *verifier = sns_verifier_open(ROOT);
    struct sns_message message = message_of("plain_2.json", &arena);
    struct err err = {0};

    (void)state;
    for (int i = 0; i < LIMIT_SNS_CERTIFICATES + 10; i++) {
        message.sent_ms = SENT + i * MINUTE;
        message.certificate_url =
            arena_format(&arena, "https://sns.eu-west-1.amazonaws.com/%d.pem", i);
        assert_true(sns_verify(verifier, &message, &files.web, message.sent_ms, &arena, &err));
    }
    assert_int_equal(files.fetched, LIMIT_SNS_CERTIFICATES + 10);
    assert_true(sns_verify(verifier, &message, &files.web, message.sent_ms, &arena, &err));
    assert_int_equal(files.fetched, LIMIT_SNS_CERTIFICATES + 10);
    message.certificate_url = SPAN("https://sns.eu-west-1.amazonaws.com/0.pem");
    assert_true(sns_verify(verifier, &message, &files.web, message.sent_ms, &arena, &err));
    assert_int_equal(files.fetched, LIMIT_SNS_CERTIFICATES + 11);
    sns_verifier_close(verifier);
}

static void test_confirm(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct files files = {.web = {.get = get_any}};
    struct sns_message message = message_of("subscription_2.json", &arena);
    struct err err = {0};

    (void)state;
    assert_true(sns_confirm(&message, &files.web, &arena, &err));
    assert_int_equal(files.fetched, 1);
    files.fails = ERR_BUSY;
    assert_false(sns_confirm(&message, &files.web, &arena, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    message.subscribe_url = SPAN("https://evil.example/?Action=ConfirmSubscription&Token=1");
    assert_false(sns_confirm(&message, &files.web, &arena, &err));
    assert_int_equal(err.kind, ERR_FORBIDDEN);
    assert_int_equal(files.fetched, 2);
}

static void *verify_often(void *context) {
    struct sns_verifier *verifier = context;
    struct files files = {.web = {.get = get_file}};
    struct arena CLEANUP(arena_clear) arena = {0};
    struct sns_message message = message_of("alone.json", &arena);
    struct err err;
    bool good = true;

    for (int i = 0; i < 20; i++)
        good = sns_verify(verifier, &message, &files.web, SENT, &arena, &err) && good;
    return good ? NULL : context;
}

static void test_many_threads(void **state) {
    struct sns_verifier *verifier = sns_verifier_open(ROOT);
    pthread_t threads[4];
    void *failed;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, verify_often, verifier), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    sns_verifier_close(verifier);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_message, messages),
        ROWS(test_change, changes),
        TEST(test_no_other_host_is_asked),
        TEST(test_certificate_is_kept_for_a_day),
        ROWS(test_failing, failing),
        TEST(test_authority_in_the_bundle_needs_no_fetching),
        TEST(test_ever_new_certificates_are_not_fetched),
        TEST(test_only_so_many_are_kept),
        TEST(test_confirm),
        TEST(test_many_threads),
    };

    return rows_run("sns_verify", all, ARRAY_LENGTH(all));
}
