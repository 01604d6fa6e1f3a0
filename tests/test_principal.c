#include "ingest/principal.h"

#include <string.h>

#include "tests/rows.h"

#define T(literal)                                                                                 \
    { literal, sizeof(literal) - 1 }

#define RECIPIENT SPAN("999999999999")

struct principal {
    const char *kind;
    const char *name;
    const char *account;
    const char *session;
    const char *issuer;
    const char *via;
};

static const struct principal_row {
    const char *name;
    struct identity identity;
    struct principal expected;
} principals[] = {
    {"rule 1: root, assumed",
     {.type = T("Root"), .account_id = T("111122223333"), .assumed_root = true},
     {.kind = "root_session", .name = "root", .account = "111122223333"}},
    {"rule 2: root",
     {.type = T("Root"),
      .user_name = T("my-alias"),
      .account_id = T("111122223333"),
      .has_session_attributes = true},
     {.kind = "root", .name = "root", .account = "111122223333"}},
    {"rule 2: root, called through a service",
     {.type = T("Root"),
      .account_id = T("111122223333"),
      .invoked_by = T("cloudformation.amazonaws.com")},
     {.kind = "root",
      .name = "root",
      .account = "111122223333",
      .via = "cloudformation.amazonaws.com"}},
    {"rule 3: a service has no account",
     {.type = T("AWSService"),
      .account_id = T("111122223333"),
      .invoked_by = T("ec2.amazonaws.com")},
     {.kind = "aws_service", .name = "ec2.amazonaws.com"}},
    {"rule 3: a service without a name", {.type = T("AWSService")}, {.kind = "aws_service"}},
    {"rule 4: a service event has no type",
     {.account_id = T("111122223333"), .invoked_by = T("AWS Internal")},
     {.kind = "aws_service", .name = "AWS Internal", .account = "111122223333"}},
    {"rule 5: a role's session",
     {.type = T("AssumedRole"),
      .principal_id = T("AROAEXAMPLE:other"),
      .arn = T("arn:aws:sts::111122223333:assumed-role/deploy/run-7"),
      .account_id = T("111122223333"),
      .issuer_user_name = T("deploy-by-issuer"),
      .issuer_arn = T("arn:aws:iam::111122223333:role/path/deploy-by-issuer")},
     {.kind = "role_session",
      .name = "deploy-by-issuer",
      .account = "111122223333",
      .session = "run-7",
      .issuer = "arn:aws:iam::111122223333:role/path/deploy-by-issuer"}},
    {"rule 5: no issuer: the role stands in the ARN",
     {.type = T("AssumedRole"), .arn = T("arn:aws:sts::111122223333:assumed-role/deploy/run-7")},
     {.kind = "role_session", .name = "deploy", .session = "run-7"}},
    {"rule 5: no ARN: the session stands in principalId",
     {.type = T("AssumedRole"),
      .principal_id = T("AROAEXAMPLE:run-7"),
      .issuer_user_name = T("deploy")},
     {.kind = "role_session", .name = "deploy", .session = "run-7"}},
    {"rule 5: a session named like an address",
     {.type = T("AssumedRole"),
      .principal_id = T("AROAEXAMPLE:a@example.com"),
      .arn = T("arn:aws-cn:sts::111122223333:assumed-role/sso/a@example.com")},
     {.kind = "role_session", .name = "sso", .session = "a@example.com"}},
    {"rule 5: an ARN that ends early",
     {.type = T("AssumedRole"),
      .principal_id = T("AROAEXAMPLE:run-7"),
      .arn = T("arn:aws:sts::111122223333:assumed-role/deploy/")},
     {.kind = "role_session", .name = "deploy", .session = "run-7"}},
    {"rule 5: an ARN without a session",
     {.type = T("AssumedRole"),
      .principal_id = T("AROAEXAMPLE"),
      .arn = T("arn:aws:sts::111122223333:assumed-role/deploy")},
     {.kind = "role_session", .name = "deploy"}},
    {"rule 5: nothing but the type", {.type = T("AssumedRole")}, {.kind = "role_session"}},
    {"rule 5: a role through a service stays a role",
     {.type = T("AssumedRole"),
      .arn = T("arn:aws:sts::111122223333:assumed-role/r/s"),
      .issuer_arn = T("arn:aws:iam::111122223333:role/aws-service-role/x/r"),
      .invoked_by = T("autoscaling.amazonaws.com")},
     {.kind = "role_session",
      .name = "r",
      .session = "s",
      .issuer = "arn:aws:iam::111122223333:role/aws-service-role/x/r",
      .via = "autoscaling.amazonaws.com"}},
    {"rule 5: a role that nobody assumed has no session",
     {.type = T("Role"),
      .principal_id = T("AROAEXAMPLE"),
      .arn = T("arn:aws:iam::111122223333:role/path/deploy")},
     {.kind = "role_session", .name = "deploy"}},
    {"rule 6: a federated user",
     {.type = T("FederatedUser"),
      .principal_id = T("111122223333:carol"),
      .arn = T("arn:aws:sts::111122223333:federated-user/carol"),
      .account_id = T("111122223333"),
      .issuer_arn = T("arn:aws:iam::111122223333:user/issuer"),
      .issuer_user_name = T("issuer"),
      .has_session_attributes = true},
     {.kind = "federated_user",
      .name = "carol",
      .account = "111122223333",
      .issuer = "arn:aws:iam::111122223333:user/issuer"}},
    {"rule 7: a user with a temporary key",
     {.type = T("IAMUser"),
      .user_name = T("alice"),
      .access_key_id = T("ASIAEXAMPLE"),
      .account_id = T("111122223333")},
     {.kind = "user_session", .name = "alice", .account = "111122223333"}},
    {"rule 7: a user with a session's attributes",
     {.type = T("IAMUser"),
      .user_name = T("alice"),
      .access_key_id = T("AKIAEXAMPLE"),
      .has_session_attributes = true},
     {.kind = "user_session", .name = "alice"}},
    {"rule 8: a user with a long-term key",
     {.type = T("IAMUser"),
      .user_name = T("alice"),
      .access_key_id = T("AKIAEXAMPLE"),
      .arn = T("arn:aws:iam::111122223333:user/path/ALICE"),
      .account_id = T("111122223333")},
     {.kind = "iam_user", .name = "alice", .account = "111122223333"}},
    {"rule 8: a key of an unknown kind",
     {.type = T("IAMUser"), .user_name = T("alice"), .access_key_id = T("BCDIEXAMPLE")},
     {.kind = "iam_user", .name = "alice"}},
    {"rule 8: a key that is shorter than its prefix",
     {.type = T("IAMUser"), .user_name = T("alice"), .access_key_id = T("ASI")},
     {.kind = "iam_user", .name = "alice"}},
    {"rule 8: no key, as at sign-in",
     {.type = T("IAMUser"), .user_name = T("alice")},
     {.kind = "iam_user", .name = "alice"}},
    {"rule 8: no user name: it stands last in the ARN",
     {.type = T("IAMUser"), .arn = T("arn:aws:iam::111122223333:user/path/alice")},
     {.kind = "iam_user", .name = "alice"}},
    {"rule 8: an ARN that names nobody",
     {.type = T("IAMUser"), .arn = T("arn:aws:iam::111122223333:user")},
     {.kind = "iam_user"}},
    {"rule 9: a user of a SAML provider",
     {.type = T("SAMLUser"),
      .user_name = T("dave"),
      .account_id = T("111122223333"),
      .identity_provider = T("arn:aws:iam::111122223333:saml-provider/corp"),
      .issuer_arn = T("not this one")},
     {.kind = "identity_provider_user",
      .name = "dave",
      .account = "999999999999",
      .issuer = "arn:aws:iam::111122223333:saml-provider/corp"}},
    {"rule 9: a user of a web provider",
     {.type = T("WebIdentityUser"),
      .user_name = T("12345"),
      .principal_id = T("accounts.google.com:app:12345"),
      .identity_provider = T("accounts.google.com")},
     {.kind = "identity_provider_user",
      .name = "12345",
      .account = "999999999999",
      .issuer = "accounts.google.com"}},
    {"rule 10: a user of IAM Identity Center",
     {.type = T("IdentityCenterUser"),
      .account_id = T("111122223333"),
      .on_behalf_of_user_id = T("544894e8-80c1-707f-60e3-3ba6510dfac1")},
     {.kind = "identity_center_user",
      .name = "544894e8-80c1-707f-60e3-3ba6510dfac1",
      .account = "111122223333"}},
    {"rule 11: another account",
     {.type = T("AWSAccount"), .principal_id = T("AIDAEXAMPLE"), .account_id = T("444455556666")},
     {.kind = "other_account", .name = "AIDAEXAMPLE", .account = "444455556666"}},
    {"rule 11: nobody in particular",
     {.type = T("AWSAccount"), .account_id = T("ANONYMOUS_PRINCIPAL")},
     {.kind = "other_account", .account = "ANONYMOUS_PRINCIPAL"}},
    {"rule 12: a type of its own",
     {.type = T("Directory"),
      .user_name = T("erin"),
      .principal_id = T("id"),
      .account_id = T("111122223333"),
      .invoked_by = T("workdocs.amazonaws.com")},
     {.kind = "unknown",
      .name = "erin",
      .account = "111122223333",
      .via = "workdocs.amazonaws.com"}},
    {"rule 12: no user name",
     {.type = T("Unknown"), .principal_id = T("id")},
     {.kind = "unknown", .name = "id"}},
    {"rule 12: types are written in one way",
     {.type = T("iamuser"), .user_name = T("alice")},
     {.kind = "unknown", .name = "alice"}},
    {"rule 12: no identity", {.assumed_root = false}, {.kind = "unknown"}},
};

static void expect_text(const struct event *event, enum attribute attribute, const char *expected) {
    struct span value = event->value[attribute];

    if (expected == NULL) {
        assert_null(value.data);
        return;
    }
    assert_int_equal(value.length, strlen(expected));
    assert_memory_equal(value.data, expected, value.length);
}

static void test_principal(void **state) {
    const struct principal_row *row = *state;
    struct event event = {0};

    principal_pick(&row->identity, RECIPIENT, &event);
    expect_text(&event, ATTRIBUTE_PRINCIPAL_KIND, row->expected.kind);
    expect_text(&event, ATTRIBUTE_PRINCIPAL_NAME, row->expected.name);
    expect_text(&event, ATTRIBUTE_PRINCIPAL_ACCOUNT, row->expected.account);
    expect_text(&event, ATTRIBUTE_SESSION, row->expected.session);
    expect_text(&event, ATTRIBUTE_ISSUER, row->expected.issuer);
    expect_text(&event, ATTRIBUTE_VIA, row->expected.via);
    assert_ptr_equal(event.value[ATTRIBUTE_PRINCIPAL_ARN].data, row->identity.arn.data);
    assert_ptr_equal(event.value[ATTRIBUTE_ACCESS_KEY].data, row->identity.access_key_id.data);
}

static void test_other_values_are_left_alone(void **state) {
    const struct identity identity = {.type = T("Root")};
    struct event event = {.event_id = SPAN("e1")};

    (void)state;
    event.value[ATTRIBUTE_ACCOUNT] = RECIPIENT;
    principal_pick(&identity, RECIPIENT, &event);
    expect_text(&event, ATTRIBUTE_ACCOUNT, "999999999999");
    expect_text(&event, ATTRIBUTE_SERVICE, NULL);
    assert_int_equal(event.event_id.length, 2);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_principal, principals),
        TEST(test_other_values_are_left_alone),
    };

    return rows_run("principal", all, ARRAY_LENGTH(all));
}
