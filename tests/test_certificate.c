#include "tests/rows.h"

#include <stdio.h>

#include "aws/certificate.h"
#include "base/limits.h"

#define ROOT "tests/data/sns/root.pem"

static struct span file_bytes(const char *name, struct arena *arena) {
    const size_t room = 16384;
    char *bytes = arena_allocate(arena, room);
    FILE *file = fopen(arena_format(arena, "tests/data/sns/%s%c", name, '\0').data, "rb");

    assert_non_null(file);
    struct span read = {bytes, fread(bytes, 1, room, file)};
    fclose(file);
    assert_in_range(read.length, 1, room - 1);
    return read;
}

static struct certificate *certificate_of(const char *name, struct arena *arena) {
    struct certificate *certificate = NULL;
    struct err err;

    if (!certificate_read(file_bytes(name, arena), &certificate, &err))
        fail_msg("%s: %s", name, err.text);
    return certificate;
}

static const struct judge_row {
    const char *name;
    const char *file;
    enum trust expected;
    const char *says;
} judgements[] = {
    {"one that an authority's authority vouches for", "leaf.pem", TRUST_GOOD, "trusted"},
    {"one of a region", "regional.pem", TRUST_GOOD, "trusted"},
    {"one on a curve", "curve.pem", TRUST_GOOD, "trusted"},
    {"the authority is missing", "alone.pem", TRUST_NO_ISSUER, "issuer"},
    {"one that vouches for itself", "self.pem", TRUST_NO_ISSUER, "issuer"},
    {"one that has expired", "expired.pem", TRUST_BAD, "expired"},
    {"one that is not valid yet", "future.pem", TRUST_BAD, "not yet"},
    {"one with a weak key", "weak.pem", TRUST_BAD, "insecure"},
};

static void test_judge(void **state) {
    const struct judge_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct certificate *certificate = certificate_of(row->file, &arena);
    enum trust trust;
    struct span why;
    struct err err;

    assert_true(certificate_judge(certificate, ROOT, &arena, &trust, &why, &err));
    if (trust != row->expected ||
        memmem(why.data, why.length, row->says, strlen(row->says)) == NULL)
        fail_msg("%d: %.*s", trust, SPAN_ARGS(why));
    certificate_free(certificate);
}

static void test_another_root_is_not_trusted(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct certificate *certificate = certificate_of("leaf.pem", &arena);
    enum trust trust;
    struct span why;
    struct err err;

    (void)state;
    assert_true(
        certificate_judge(certificate, "tests/data/sns/self.pem", &arena, &trust, &why, &err));
    assert_int_equal(trust, TRUST_NO_ISSUER);
    assert_false(
        certificate_judge(certificate, "tests/data/sns/none.pem", &arena, &trust, &why, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_non_null(strstr(err.text, "none.pem"));
    certificate_free(certificate);
}

static void test_issuer_is_added(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct certificate *certificate = certificate_of("alone.pem", &arena);
    enum trust trust;
    struct span why;
    struct err err;

    (void)state;
    struct span url = certificate_issuer_url(certificate, &arena);
    assert_true(span_equal(url, SPAN("http://crt.test.amazontrust.com/test.cer")));
    assert_false(certificate_add_issuer(certificate, file_bytes("root.pem", &arena), &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_false(certificate_add_issuer(certificate, SPAN("<html>"), &err));
    assert_true(certificate_add_issuer(certificate, file_bytes("intermediate.cer", &arena), &err));
    assert_true(certificate_judge(certificate, ROOT, &arena, &trust, &why, &err));
    assert_int_equal(trust, TRUST_GOOD);
    assert_null(certificate_issuer_url(certificate, &arena).data);
    certificate_free(certificate);
}

static void test_own_issuer_has_no_other(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct certificate *certificate = certificate_of("root.pem", &arena);
    struct err err;

    (void)state;
    assert_null(certificate_issuer_url(certificate, &arena).data);
    for (int i = 0; i < LIMIT_CERTIFICATES - 1; i++)
        assert_true(certificate_add_issuer(certificate, file_bytes("root.pem", &arena), &err));
    assert_false(certificate_add_issuer(certificate, file_bytes("root.pem", &arena), &err));
    assert_non_null(strstr(err.text, "more than"));
    certificate_free(certificate);
}

static const struct name_row {
    const char *name;
    const char *file;
    const char *host;
    bool expected;
} names[] = {
    {"its own", "leaf.pem", "sns.amazonaws.com", true},
    {"in capitals", "leaf.pem", "SNS.amazonaws.com", true},
    {"another", "leaf.pem", "sns.eu-west-1.amazonaws.com", false},
    {"one of two", "regional.pem", "sns.af-south-1.amazonaws.com", true},
    {"the other", "regional.pem", "sns-signing.af-south-1.amazonaws.com", true},
    {"a star stands for nothing", "star.pem", "sns.amazonaws.com", false},
    {"one of somebody else", "other.pem", "sns.amazonaws.com", false},
};

static void test_names(void **state) {
    const struct name_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct certificate *certificate = certificate_of(row->file, &arena);

    assert_int_equal(certificate_names(certificate, row->host), row->expected);
    certificate_free(certificate);
}

static const struct read_row {
    const char *name;
    const char *text;
} unreadable[] = {
    {"nothing", ""},
    {"a page", "<html><body>404</body></html>"},
    {"an empty certificate", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"},
    {"no certificate within", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
};

static void test_unreadable(void **state) {
    const struct read_row *row = *state;
    struct certificate *certificate = NULL;
    struct err err;

    assert_false(certificate_read(span_of(row->text), &certificate, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_null(certificate);
}

static void test_chain_out_of_order(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct certificate *certificate = NULL;
    struct span leaf = file_bytes("alone.pem", &arena);
    struct span root = file_bytes("root.pem", &arena);
    struct err err;

    (void)state;
    struct span both = arena_format(&arena, "%.*s%.*s", SPAN_ARGS(leaf), SPAN_ARGS(root));
    assert_false(certificate_read(both, &certificate, &err));
    assert_int_equal(err.kind, ERR_INVALID);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_judge, judgements),  TEST(test_another_root_is_not_trusted),
        TEST(test_issuer_is_added),    TEST(test_own_issuer_has_no_other),
        ROWS(test_names, names),       ROWS(test_unreadable, unreadable),
        TEST(test_chain_out_of_order),
    };

    return rows_run("certificate", all, ARRAY_LENGTH(all));
}
