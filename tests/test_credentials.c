#include "aws/credentials.h"

#include <pthread.h>
#include <stdio.h>

#include "aws/transport.h"
#include "base/limits.h"
#include "tests/rows.h"
#include "tests/support_aws.h"
#include "tests/support_fake_http.h"

/* Everything that hands out credentials, in one server:
 *   /ok/...      an EC2 instance with the role `reader`, which wants version 2
 *   /first/...   one that knows version 1 only
 *   /bare/...    one without a role
 *   /sick/...    one whose service is down
 *   /strict/...  one that has no role and says 400 to a request for a token
 *   /pod         a container that wants the token `pod-token`
 *   /plain       a container that wants none
 *   /refusing    a container that is refused
 *   /empty       a container that answers nothing of use
 *   /sts/        STS; the role .../denied is denied, .../throttled comes later */
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

#define TOKEN_TARGET "/latest/api/token"
#define ROLE_TARGET  "/latest/meta-data/iam/security-credentials/"

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
    else if (asks(request, "GET", "/first" ROLE_TARGET))
        fake_answer(connection, 200, "", SPAN("old role"));
    else if (asks(request, "GET", "/first" ROLE_TARGET "old%20role"))
        answer_json(connection, 200, keys_json("FIRST"));
    else if (asks(request, "PUT", "/strict" TOKEN_TARGET))
        fake_answer(connection, 400, "", SPAN("Bad\r\nRequest"));
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
    else if (asks(request, "GET", "/empty"))
        answer_json(connection, 200, SPAN("[\"secret\"]"));
    else
        return false;
    return true;
}

static bool holds(struct span text, const char *part) {
    return memmem(text.data, text.length, part, strlen(part)) != NULL;
}

static void refuse_role(struct fake_connection *connection, const char *code) {
    char text[512];

    snprintf(text, sizeof(text),
             "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
             "<Type>Sender</Type><Code>%s</Code><Message>no &amp; never</Message></Error>"
             "<RequestId>r-1</RequestId></ErrorResponse>",
             code);
    fake_answer(connection, 400, "Content-Type: text/xml\r\n", span_of(text));
}

/* The key it gives tells who asked: by which key it was signed, or with which token. */
static void answer_sts(struct fake_connection *connection, const struct fake_request *request) {
    bool with_token = holds(request->body, "Action=AssumeRoleWithWebIdentity&");
    const char *action = with_token ? "AssumeRoleWithWebIdentity" : "AssumeRole";
    struct span by = fake_field(request, "Authorization");
    char text[1024];

    if (holds(request->body, "denied")) {
        refuse_role(connection, "AccessDenied");
        return;
    }
    if (holds(request->body, "throttled")) {
        refuse_role(connection, "Throttling");
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

#define NO_INSTANCE "AWS_EC2_METADATA_DISABLED=true\n"
#define STS         NO_INSTANCE "AWS_ENDPOINT_URL_STS={SERVER}/sts\n"
#define STATIC      "aws_access_key_id = STATIC\naws_secret_access_key = secret\n"
#define ROLE        "role_arn = arn:aws:iam::111122223333:role/"

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

struct world {
    struct fake_http *server;
    struct transport *transport;
    struct credential_chain *chain;
    struct arena arena;
};

static void open_world(struct world *world, const char *variables, const char *config,
                       const char *credentials) {
    const struct transport_config transport = {0};

    *world = (struct world){.server = fake_http_start(answer, NULL)};
    aws_home_make(fake_http_url(world->server));
    aws_home_set_lines(variables);
    aws_home_write(".aws/config", config);
    aws_home_write(".aws/credentials", credentials);
    aws_home_write(".aws/web", "web-token\n");
    aws_home_write(".aws/pod", "pod-token\n");
    aws_home_write(".aws/keys",
                   "{\"Version\":1,\"AccessKeyId\":\"PROCESS\",\"SecretAccessKey\":\"s\"}");
    world->transport = transport_open(&transport);
    world->chain = credential_chain_open(aws_home_variable);
}

static void close_world(struct world *world) {
    credential_chain_close(world->chain);
    transport_close(world->transport);
    fake_http_stop(world->server);
    arena_wipe(&world->arena);
    aws_home_remove();
}

static bool get(struct world *world, struct credentials *out, struct err *err) {
    return credential_chain_get(world->chain, world->transport, NULL, &world->arena, out, err);
}

static void test_found(void **state) {
    const struct found_row *row = *state;
    struct credentials found;
    struct world world;
    struct err err = {0};

    open_world(&world, row->variables, row->config, row->credentials);
    if (!get(&world, &found, &err))
        fail_msg("it says: %s", err.text);
    assert_true(span_equal(found.access_key, span_of(row->key)));
    assert_string_equal(found.origin, row->origin);
    assert_int_equal(found.token.data == NULL, row->token == NULL);
    assert_true(span_equal(found.token, span_of(row->token)));
    close_world(&world);
}

static const struct failing_row {
    const char *name;
    const char *variables;
    const char *config;
    enum err_kind kind;
    const char *complaint; /* stands in the text; {HOME} is the directory */
} failing[] = {
    {"nothing anywhere", NO_INSTANCE, NULL, ERR_REMOTE,
     "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give "
     "this machine a role (environment: AWS_ACCESS_KEY_ID is not set; web identity: "
     "AWS_WEB_IDENTITY_TOKEN_FILE is not set; profile: "},
    {"and why, of files that are not there", NO_INSTANCE, NULL, ERR_REMOTE,
     "/.aws/config: no such file; container: no AWS_CONTAINER_CREDENTIALS_*_URI is set; EC2: "
     "AWS_EC2_METADATA_DISABLED is true)"},
    {"and why, of a profile without keys", NO_INSTANCE, "[default]\nregion = eu-west-1\n",
     ERR_REMOTE, "profile: default has no keys;"},
    {"and why, of a profile that is not there", NO_INSTANCE, "[profile x]\nregion = eu-west-1\n",
     ERR_REMOTE, "profile: default is not in "},
    {"half of the environment", "AWS_ACCESS_KEY_ID=ENV", "[default]\n" STATIC, ERR_REMOTE,
     "AWS credentials: AWS_ACCESS_KEY_ID is set in the environment and AWS_SECRET_ACCESS_KEY is "
     "not"},
    {"a secret with a line end", "AWS_ACCESS_KEY_ID=ENV\nAWS_SECRET_ACCESS_KEY=secret\r", NULL,
     ERR_REMOTE,
     "AWS credentials from environment: the secret key holds a space, a line end or another byte "
     "that no key has"},
    {"half of a profile", NULL, "[default]\naws_access_key_id = A\n", ERR_REMOTE,
     "has aws_access_key_id and no aws_secret_access_key"},
    {"a profile that signs in", NULL, "[default]\nsso_session = s\n", ERR_REMOTE,
     "profile default signs in through a browser (sso_session); give it credential_process"},
    {"a file that is none", NULL, "secret", ERR_REMOTE,
     "/.aws/config: line 1: a value before the first [section]"},
    {"a command that is not there", NULL, "[default]\ncredential_process = /no/such\n", ERR_REMOTE,
     "credential_process of profile default: /no/such: cannot be started: No such file or "
     "directory"},
    {"a command that fails", NULL,
     "[default]\ncredential_process = sh -c 'echo a >&2; echo not today >&2; exit 3'\n", ERR_REMOTE,
     "sh: ended with status 3: not today"},
    {"a command that was killed", NULL, "[default]\ncredential_process = sh -c 'kill -9 $$'\n",
     ERR_REMOTE, "sh: was ended by signal 9"},
    {"a command that talks", NULL, "[default]\ncredential_process = echo secret\n", ERR_REMOTE,
     "echo: the answer is no JSON object"},
    {"a command that talks without end", NULL, "[default]\ncredential_process = yes\n", ERR_REMOTE,
     "yes: wrote more than 65536 bytes"},
    {"a command of another version", NULL,
     "[default]\ncredential_process = echo '{\"Version\": 2}'\n", ERR_REMOTE,
     "echo: the answer's Version is not 1"},
    {"a command without a secret", NULL,
     "[default]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"A\"}'\n",
     ERR_REMOTE, "echo: the answer lacks AccessKeyId or SecretAccessKey"},
    {"a command whose time is none", NULL,
     "[default]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"A\", "
     "\"SecretAccessKey\": \"s\", \"Expiration\": \"soon\"}'\n",
     ERR_REMOTE, "echo: Expiration is no time"},
    {"a command with an open quote", NULL, "[default]\ncredential_process = echo '\n", ERR_REMOTE,
     "credential_process of profile default: a quote that is not closed"},
    {"a container that wants another token", "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/pod",
     NULL, ERR_REMOTE, "AWS credentials: container: HTTP 401: {\"Code\":\"Success\""},
    {"a container without its token file",
     "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/pod\n"
     "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/no/such",
     NULL, ERR_REMOTE, "container: AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: /no/such: no such file"},
    {"a container whose token has two lines",
     "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/pod\n"
     "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE={HOME}/.aws/config",
     "[a]\n[b]", ERR_REMOTE,
     "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE holds a line end or a byte that no token has"},
    {"a container that is refused", "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/refusing", NULL,
     ERR_REMOTE, "container: Denied: not you"},
    {"a container that answers nothing of use", "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/empty",
     NULL, ERR_REMOTE, "container: the answer is no JSON object"},
    {"a container elsewhere", "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://192.0.2.1/c", NULL,
     ERR_REMOTE, "AWS_CONTAINER_CREDENTIALS_FULL_URI: without https only this machine's own"},
    {"a container elsewhere behind a name",
     "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:80@192.0.2.1/c", NULL, ERR_REMOTE,
     "AWS_CONTAINER_CREDENTIALS_FULL_URI: without https only this machine's own"},
    {"a container of another kind", "AWS_CONTAINER_CREDENTIALS_FULL_URI=file:///c", NULL,
     ERR_REMOTE, "AWS_CONTAINER_CREDENTIALS_FULL_URI must begin with http:// or https://"},
    {"an instance without a role", "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/bare", NULL,
     ERR_REMOTE, "EC2: the instance has no role)"},
    {"an instance of the first version that may not be asked",
     "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/first\nAWS_EC2_METADATA_V1_DISABLED=true", NULL,
     ERR_REMOTE, "/first gave no session token and AWS_EC2_METADATA_V1_DISABLED is true)"},
    {"an instance that takes no request", "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/strict", NULL,
     ERR_REMOTE, "/strict/latest/api/token: HTTP 400: Bad  Request"},
    {"an instance whose service is down", "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/sick", NULL,
     ERR_BUSY, "/sick/latest/api/token: HTTP 503: down"},
    {"an instance that nobody reaches", "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1",
     NULL, ERR_REMOTE, "EC2: http://127.0.0.1:1 does not answer)"},
    {"an instance that is no address", "AWS_EC2_METADATA_SERVICE_ENDPOINT=169.254.169.254", NULL,
     ERR_REMOTE, "AWS_EC2_METADATA_SERVICE_ENDPOINT must begin with http:// or https://"},
    {"a role that is denied", STS, "[default]\n" ROLE "denied\nsource_profile = default\n" STATIC,
     ERR_REMOTE,
     "profile default: AssumeRole arn:aws:iam::111122223333:role/denied: AccessDenied: no & never "
     "(HTTP 400, request r-1)"},
    {"a role that comes later", STS,
     "[default]\n" ROLE "throttled\nsource_profile = default\n" STATIC, ERR_BUSY,
     "Throttling: no & never (HTTP 400, request r-1)"},
    {"a role without a source", STS, "[default]\n" ROLE "a\n", ERR_REMOTE,
     "profile default has role_arn and neither source_profile nor credential_source"},
    {"a role with two sources", STS,
     "[default]\n" ROLE "a\nsource_profile = x\ncredential_source = Environment", ERR_REMOTE,
     "profile default has role_arn and both source_profile and credential_source"},
    {"a role by nobody", STS, "[default]\n" ROLE "a\nsource_profile = x\n", ERR_REMOTE,
     "source_profile of profile default: there is no profile x"},
    {"a role by a profile without keys", STS,
     "[default]\n" ROLE "a\nsource_profile = x\n[profile x]\n", ERR_REMOTE, "x has no keys"},
    {"a role by an unknown source", STS, "[default]\n" ROLE "a\ncredential_source = Moon\n",
     ERR_REMOTE, "credential_source of profile default must be Environment, EcsContainer or"},
    {"a role by a source that has nothing", STS,
     "[default]\n" ROLE "a\ncredential_source = Environment\n", ERR_REMOTE,
     "credential_source Environment of profile default: AWS_ACCESS_KEY_ID is not set"},
    {"roles that go round", STS,
     "[default]\n" ROLE "a\nsource_profile = x\n[profile x]\n" ROLE "b\nsource_profile = default\n",
     ERR_REMOTE, "goes round, or through more than 8 profiles"},
    {"a role that wants a code", STS,
     "[default]\n" ROLE "a\nsource_profile = default\nmfa_serial = m\n" STATIC, ERR_REMOTE,
     "profile default has mfa_serial: nobody is here to type the code"},
    {"a role for no time", STS,
     "[default]\n" ROLE "a\nsource_profile = default\nduration_seconds = long\n" STATIC, ERR_REMOTE,
     "duration_seconds of profile default is no number"},
    {"a web identity without a role", STS "AWS_WEB_IDENTITY_TOKEN_FILE={HOME}/.aws/web", NULL,
     ERR_REMOTE, "is set, and neither AWS_ROLE_ARN nor role_arn"},
    {"a web identity without its file",
     STS "AWS_WEB_IDENTITY_TOKEN_FILE=/no/such\nAWS_ROLE_ARN=arn:aws:iam::1:role/a",
     "[default]\n" STATIC, ERR_REMOTE, "web identity token: /no/such: no such file"},
    {"a web identity that is denied",
     STS "AWS_WEB_IDENTITY_TOKEN_FILE={HOME}/.aws/web\nAWS_ROLE_ARN=arn:aws:iam::1:role/denied",
     NULL, ERR_REMOTE,
     "AssumeRoleWithWebIdentity arn:aws:iam::1:role/denied: AccessDenied: no & never"},
};

static void test_failing(void **state) {
    const struct failing_row *row = *state;
    struct credentials found;
    struct world world;
    struct err err = {0};

    open_world(&world, row->variables, row->config, NULL);
    assert_false(get(&world, &found, &err));
    if (strstr(err.text, row->complaint) == NULL)
        fail_msg("it says: %s", err.text);
    assert_null(strstr(err.text, "secret\n"));
    assert_int_equal(err.kind, row->kind);
    close_world(&world);
}

static void test_kept_ones_are_not_sought_again(void **state) {
    struct credentials found;
    struct world world;
    struct err err = {0};

    (void)state;
    open_world(&world, "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/ok", NULL, NULL);
    for (int i = 0; i < 3; i++)
        assert_true(get(&world, &found, &err));
    assert_int_equal(fake_http_count(world.server), 3);
    assert_true(found.expires_ms > INT64_C(32000000000000));
    close_world(&world);
}

struct asker {
    pthread_t thread;
    struct world *world;
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
    struct world world;

    (void)state;
    open_world(&world, "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/ok", NULL, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(askers); i++) {
        askers[i] = (struct asker){.world = &world};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_in_thread, &askers[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(askers); i++) {
        pthread_join(askers[i].thread, NULL);
        assert_true(askers[i].good);
    }
    close_world(&world);
}

/* Files are read at each search. */
static void test_a_broken_file_is_forgotten_when_it_is_mended(void **state) {
    struct credentials found;
    struct world world;
    struct err err = {0};

    (void)state;
    open_world(&world, NO_INSTANCE, NULL, "[default]\naws_access_key_id = A\n");
    assert_false(get(&world, &found, &err));
    aws_home_write(".aws/credentials", "[default]\n" STATIC);
    assert_true(get(&world, &found, &err));
    assert_true(span_equal(found.access_key, SPAN("STATIC")));
    close_world(&world);
}

static void test_cancelled(void **state) {
    const atomic_bool cancel = true;
    struct credentials found;
    struct world world;
    struct err err = {0};

    (void)state;
    open_world(&world, NO_INSTANCE, "[default]\ncredential_process = sleep 1000\n", NULL);
    assert_false(
        credential_chain_get(world.chain, world.transport, &cancel, &world.arena, &found, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    close_world(&world);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_found, found_rows),
        ROWS(test_failing, failing),
        TEST(test_kept_ones_are_not_sought_again),
        TEST(test_one_search_for_many_threads),
        TEST(test_a_broken_file_is_forgotten_when_it_is_mended),
        TEST(test_cancelled),
    };

    return rows_run("credentials", all, ARRAY_LENGTH(all));
}
