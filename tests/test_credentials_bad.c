#include "aws/credentials.h"

#include "tests/rows.h"
#include "tests/support_aws.h"
#include "tests/support_credentials.h"

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
    {"a container that gives half of it", "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/half", NULL,
     ERR_REMOTE, "container: the answer lacks AccessKeyId or SecretAccessKey"},
    {"a container whose answer is none and holds keys",
     "AWS_CONTAINER_CREDENTIALS_FULL_URI={SERVER}/odd", NULL, ERR_REMOTE,
     "AWS credentials: container: HTTP 203"},
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
     ERR_REMOTE, "/strict: HTTP 400: Bad  Request)"},
    {"an instance whose service is down", "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/sick", NULL,
     ERR_BUSY, "AWS credentials: EC2 instance metadata: http://127.0.0.1"},
    {"an instance that gives nothing of its role",
     "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/hiding", NULL, ERR_REMOTE,
     "AWS credentials: EC2 instance metadata: role reader: HTTP 404: Not Found"},
    {"a service that is no instance", "AWS_EC2_METADATA_SERVICE_ENDPOINT={SERVER}/gate", NULL,
     ERR_REMOTE, "/gate: HTTP 403: denied)"},
    {"an instance that nobody reaches", "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1",
     NULL, ERR_REMOTE, "EC2: http://127.0.0.1:1 does not answer)"},
    {"an instance that is no address", "AWS_EC2_METADATA_SERVICE_ENDPOINT=169.254.169.254", NULL,
     ERR_REMOTE, "AWS_EC2_METADATA_SERVICE_ENDPOINT must begin with http:// or https://"},
    {"a role that is denied", STS, "[default]\n" ROLE "denied\nsource_profile = default\n" STATIC,
     ERR_REMOTE,
     "profile default: AssumeRole arn:aws:iam::111122223333:role/denied: AccessDenied: no & never "
     "(HTTP 400, request r-1)"},
    {"a refusal with a line end, which is not shown", STS,
     "[default]\n" ROLE "mumbled\nsource_profile = default\n" STATIC, ERR_REMOTE,
     "role/mumbled: Access?Denied: no & never (HTTP 400, request r-1)"},
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
    struct credential_world world;
    struct err err = {0};

    credential_world_open(&world, row->variables, row->config, NULL);
    assert_false(credential_world_get(&world, &found, &err));
    if (strstr(err.text, row->complaint) == NULL)
        fail_msg("it says: %s", err.text);
    assert_null(strstr(err.text, "secret\n"));
    assert_null(strstr(err.text, "secret-of-no-use"));
    assert_int_equal(err.kind, row->kind);
    credential_world_close(&world);
}

int main(void) {
    const struct rows all[] = {ROWS(test_failing, failing)};

    return rows_run("credentials_bad", all, ARRAY_LENGTH(all));
}
