#include "tests/support_credentials.h"

#include <stdio.h>
#include <string.h>

#include "tests/support_aws.h"

#define JSON_HEAD "Content-Type: application/json\r\n"

static struct span keys_json(const char *key) {
    static _Thread_local char text[256];

    snprintf(text, sizeof(text),
             "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"secret\","
             "\"Token\":\"token\",\"Expiration\":\"2999-01-02T03:04:05Z\"}",
             key);
    return span_of(text);
}

static bool field_is(const struct fake_request *request, const char *name, struct span value) {
    return span_equal(fake_field(request, name), value);
}

static bool asks(const struct fake_request *request, const char *method, const char *target) {
    return span_equal(request->method, span_of(method)) &&
           span_equal(request->target, span_of(target));
}

static void answer_json(struct fake_connection *connection, int status, struct span body) {
    fake_answer(connection, status, JSON_HEAD, body);
}

#define TOKEN_TARGET  "/latest/api/token"
#define REGION_TARGET "/latest/meta-data/placement/region"
#define ROLE_TARGET   "/latest/meta-data/iam/security-credentials/"

static bool answer_instance(struct fake_connection *connection,
                            const struct fake_request *request) {
    bool known = field_is(request, "x-aws-ec2-metadata-token", SPAN("session"));

    if (asks(request, "PUT", "/ok" TOKEN_TARGET))
        fake_answer(connection,
                    field_is(request, "x-aws-ec2-metadata-token-ttl-seconds", SPAN("21600")) ? 200
                                                                                             : 400,
                    "", SPAN("session"));
    else if (asks(request, "GET", "/ok" ROLE_TARGET))
        fake_answer(connection, known ? 200 : 401, "", SPAN("reader\n"));
    else if (asks(request, "GET", "/ok" ROLE_TARGET "reader"))
        answer_json(connection, known ? 200 : 401, keys_json("INSTANCE"));
    else if (asks(request, "GET", "/ok" REGION_TARGET))
        fake_answer(connection, known ? 200 : 401, "", SPAN("eu-north-1\n"));
    else if (asks(request, "GET", "/first" REGION_TARGET))
        fake_answer(connection, 200, "", SPAN("<html>"));
    else if (asks(request, "GET", "/first" ROLE_TARGET))
        fake_answer(connection, 200, "", SPAN("old role"));
    else if (asks(request, "GET", "/first" ROLE_TARGET "old%20role"))
        answer_json(connection, 200, keys_json("FIRST"));
    else if (asks(request, "PUT", "/strict" TOKEN_TARGET))
        fake_answer(connection, 400, "", SPAN("Bad\r\nRequest"));
    else if (asks(request, "GET", "/hiding" ROLE_TARGET))
        fake_answer(connection, 200, "", SPAN("reader"));
    else if (span_starts_with(request->target, SPAN("/gate/")))
        fake_answer(connection, 403, "", SPAN("denied"));
    else if (span_starts_with(request->target, SPAN("/sick/")))
        fake_answer(connection, 503, "", SPAN("down"));
    else
        return false;
    return true;
}

static bool answer_container(struct fake_connection *connection,
                             const struct fake_request *request) {
    bool known = field_is(request, "Authorization", SPAN("pod-token"));

    if (asks(request, "GET", "/pod"))
        answer_json(connection, known ? 200 : 401, keys_json("POD"));
    else if (asks(request, "GET", "/plain"))
        answer_json(connection, fake_field(request, "Authorization").data == NULL ? 200 : 400,
                    keys_json("PLAIN"));
    else if (asks(request, "GET", "/refusing"))
        answer_json(connection, 200, SPAN("{\"code\":\"Denied\",\"message\":\"not you\"}"));
    else if (asks(request, "GET", "/half"))
        answer_json(
            connection, 200,
            SPAN("{\"Code\":\"Success\",\"AccessKeyId\":\"A\",\"Token\":\"secret-of-no-use\"}"));
    else if (asks(request, "GET", "/odd"))
        answer_json(connection, 203, keys_json("secret-of-no-use"));
    else if (asks(request, "GET", "/empty"))
        answer_json(connection, 200, SPAN("[\"secret\"]"));
    else
        return false;
    return true;
}

static bool holds(struct span text, const char *part) {
    return memmem(text.data, text.length, part, strlen(part)) != NULL;
}

/* `more`: fields of the answer. */
static void refuse_role(struct fake_connection *connection, const char *code, const char *more) {
    char text[512];

    snprintf(text, sizeof(text),
             "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
             "<Type>Sender</Type><Code>%s</Code><Message>no &amp; never</Message></Error>"
             "<RequestId>r-1</RequestId></ErrorResponse>",
             code);
    fake_answer(connection, 400, more, span_of(text));
}

/* The key it gives tells who asked: by which key it was signed, or with which token. */
static void answer_sts(struct fake_connection *connection, const struct fake_request *request) {
    bool with_token = holds(request->body, "Action=AssumeRoleWithWebIdentity&");
    const char *action = with_token ? "AssumeRoleWithWebIdentity" : "AssumeRole";
    struct span by = fake_field(request, "Authorization");
    char text[1024];

    if (holds(request->body, "denied")) {
        refuse_role(connection, "AccessDenied", "");
        return;
    }
    if (holds(request->body, "mumbled")) {
        refuse_role(connection, "Access&#10;Denied", "");
        return;
    }
    if (holds(request->body, "throttled")) {
        refuse_role(connection, "Throttling", "");
        return;
    }
    if (holds(request->body, "late") &&
        !span_starts_with(fake_field(request, "X-Amz-Date"), SPAN("20260102T0304"))) {
        refuse_role(connection, "SignatureDoesNotMatch", "Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n");
        return;
    }
    const char *key = with_token                          ? "TOKEN"
                      : holds(by, "Credential=STATIC/")   ? "BYSTATIC"
                      : holds(by, "Credential=INSTANCE/") ? "BYINSTANCE"
                      : holds(by, "Credential=ENV/")      ? "BYENV"
                      : holds(by, "Credential=BYSTATIC/") ? "BYROLE"
                                                          : "BYNOBODY";
    if (holds(request->body, "ExternalId=a%20b%2Fc&DurationSeconds=900"))
        key = "EXTERNAL";
    if (holds(request->body, "RoleSessionName=me&WebIdentityToken=web-token") && with_token)
        key = "NAMED";
    snprintf(text, sizeof(text),
             "<%sResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><%sResult>"
             "<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>s/+=</SecretAccessKey>"
             "<SessionToken>t</SessionToken><Expiration>2999-01-02T03:04:05Z</Expiration>"
             "</Credentials></%sResult></%sResponse>",
             action, action, key, action, action);
    fake_answer(connection, 200, "Content-Type: text/xml\r\n", span_of(text));
}

static void answer(void *context, struct fake_connection *connection,
                   const struct fake_request *request) {
    (void)context;
    if (asks(request, "POST", "/sts/"))
        answer_sts(connection, request);
    else if (!answer_instance(connection, request) && !answer_container(connection, request))
        fake_answer(connection, 404, "", SPAN("Not Found"));
}

void credential_world_open(struct credential_world *world, const char *variables,
                           const char *config, const char *credentials) {
    const struct transport_config transport = {0};

    *world = (struct credential_world){.server = fake_http_start(answer, NULL)};
    aws_home_make(fake_http_url(world->server));
    aws_home_set_lines(variables);
    aws_home_write(".aws/config", config);
    aws_home_write(".aws/credentials", credentials);
    aws_home_write(".aws/web", "web-token\n");
    aws_home_write(".aws/pod", "pod-token\n");
    aws_home_write(".aws/keys",
                   "{\"Version\":1,\"AccessKeyId\":\"PROCESS\",\"SecretAccessKey\":\"s\"}");
    world->transport = transport_open(&transport);
    world->chain = credential_chain_open(aws_home_variable, &world->clock);
}

void credential_world_close(struct credential_world *world) {
    credential_chain_close(world->chain);
    transport_close(world->transport);
    fake_http_stop(world->server);
    arena_wipe(&world->arena);
    aws_home_remove();
}

bool credential_world_get(struct credential_world *world, struct credentials *out,
                          struct err *err) {
    return credential_chain_get(world->chain, world->transport, NULL, &world->arena, out, err);
}
