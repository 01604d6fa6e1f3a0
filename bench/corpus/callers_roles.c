/* Sessions of roles: of people, instances, functions, pods, builds and services. */
#include "bench/corpus/caller.h"

#include "base/macros.h"
#include "bench/corpus/action.h"
#include "bench/corpus/identity.h"

#define ROLE                                                                                       \
    "{'type':'AssumedRole','principalId':'AROA<#tail.caller>:<session>',"                          \
    "'arn':'arn:aws:sts::<caller-account>:assumed-role/<caller>/<session>',"                       \
    "'accountId':'<caller-account>'"

#define ROLE_KEY ROLE ",'accessKeyId':'ASIA<#tail.session>'"

#define ISSUER(path)                                                                               \
    "'sessionContext':{'sessionIssuer':{'type':'Role','principalId':'AROA<#tail.caller>',"         \
    "'arn':'arn:aws:iam::<caller-account>:role/" path                                              \
    "<caller>',"                                                                                   \
    "'accountId':'<caller-account>','userName':'<caller>'},"

#define PLAIN_ROLE ROLE_KEY "," ISSUER("") "'webIdFederationData':{}," ATTRIBUTES("false")

static const struct caller rows[] = {
    {
        .name = "role_console",
        .kind = "role_session",
        .weight = 90,
        .deeds = DEED_CALL,
        .identity = ROLE_KEY "," ISSUER(
            "aws-reserved/sso.amazonaws.com/") "'webIdFederationData':{}," ATTRIBUTES("false") "}}",
        .own_name = "<role-person>",
        .session_name = "<person-mail>",
        .listed_name = "<session>",
        .address = "<#address.session>",
        .agent = "<agent-console>",
        .population = 3,
        .parallel = 2,
        .session_minutes = 720,
        .traits = CALLER_CONSOLE | CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "role_person",
        .kind = "role_session",
        .weight = 60,
        .deeds = DEED_CALL,
        .identity = ROLE_KEY "," ISSUER("aws-reserved/sso.amazonaws.com/") ATTRIBUTES("false") "}}",
        .own_name = "<role-person>",
        .session_name = "<person-mail>",
        .listed_name = "<session>",
        .address = "<#address.session>",
        .agent = "<#any.session:agent-cli|agent-terraform|agent-boto>",
        .population = 3,
        .parallel = 2,
        .session_minutes = 720,
        .traits = CALLER_TLS | CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "role_sign_in",
        .kind = "role_session",
        .weight = 5,
        .deeds = DEED_ROLE_SIGN_IN,
        .identity = ROLE
        ",'sessionContext':{'sessionIssuer':{'type':'Role','principalId':'AROA<#tail.caller>',"
        "'arn':'arn:aws:iam::<caller-account>:role/<caller>','accountId':'<caller-account>',"
        "'userName':'<caller>'},'webIdFederationData':{}," ATTRIBUTES("false") "}}",
        .own_name = "<role-person>",
        .session_name = "<person-mail>",
        .listed_name = "<session>",
        .address = "<#address.session>",
        .agent = "<agent-browser.session>",
        .population = 3,
        .parallel = 2,
        .session_minutes = 720,
    },
    {
        .name = "role_instance",
        .kind = "role_session",
        .weight = 190,
        .deeds = DEED_CALL,
        .identity = PLAIN_ROLE ",'ec2RoleDelivery':'2.0'}}",
        .own_name = "<role-instance>",
        .session_name = "<instance>",
        .listed_name = "<session>",
        .address = "<#address.session>",
        .agent = "<#any.caller:agent-java|agent-go|agent-boto|agent-ssm>",
        .population = 3,
        .parallel = 4,
        .session_minutes = 1440,
        .traits = CALLER_TLS | CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "role_function",
        .kind = "role_session",
        .weight = 150,
        .deeds = DEED_CALL,
        .identity = ROLE_KEY "," ISSUER("") ATTRIBUTES("false") "}}",
        .own_name = "<role-function>",
        .session_name = "<function.caller>",
        .listed_name = "<session>",
        .address = "<#address.session>",
        .agent = "<#any.caller:agent-lambda|agent-javascript>",
        .population = 8,
        .parallel = 1,
        .session_minutes = 1440,
        .traits = CALLER_TLS | CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "role_workload",
        .kind = "role_session",
        .weight = 60,
        .deeds = DEED_CALL,
        .identity = ROLE_KEY "," ISSUER(
            "<path.caller>") "'webIdFederationData':{'federatedProvider':"
                             "'arn:aws:iam::<caller-account>:oidc-provider/<issuer-host.caller>',"
                             "'attributes':{}}," ATTRIBUTES("false") "}}",
        .own_name = "<role-workload>",
        .session_name = "<#choice:botocore-session-|aws-sdk-java-><#digits:10>",
        .listed_name = "<session>",
        .address = "<#address.session>",
        .agent = "<#any.caller:agent-go|agent-java|agent-boto>",
        .population = 4,
        .parallel = 1,
        .session_minutes = 720,
        .traits = CALLER_TLS | CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "role_build",
        .kind = "role_session",
        .weight = 60,
        .deeds = DEED_CALL,
        .identity =
            ROLE_KEY "," ISSUER("") ATTRIBUTES("false") ",'sourceIdentity':'<source.session>'}}",
        .own_name = "<role-build>",
        .session_name = "<#choice:build|release|plan>-<#digits:7>",
        .listed_name = "<session>",
        .address = "<#address.session>",
        .agent = "<#any.caller:agent-terraform|agent-cli|agent-go>",
        .population = 3,
        .parallel = 1,
        .session_minutes = 720,
        .traits = CALLER_TLS | CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "role_persistent",
        .kind = "role_session",
        .weight = 1,
        .deeds = DEED_CALL,
        .identity =
            "{'type':'Role','principalId':'AROA<#tail.caller>',"
            "'arn':'arn:aws:iam::<caller-account>:role/<caller>','accountId':'<caller-account>'}",
        .own_name = "<role-instance>",
        .address = "<#address.caller>",
        .agent = "<agent-internal>",
        .population = 3,
        .traits = CALLER_KEEPS,
    },
    {
        .name = "role_forwarded",
        .kind = "role_session",
        .weight = 50,
        .deeds = DEED_FORWARDED,
        .identity = PLAIN_ROLE "},'invokedBy':'<forwarder.caller>'}",
        .own_name = "<role-build>",
        .session_name = "<#choice:build|release|plan>-<#digits:7>",
        .listed_name = "<session>",
        .address = "<forwarder.caller>",
        .agent = "<forwarder.caller>",
        .population = 3,
        .parallel = 1,
        .session_minutes = 720,
        .traits = CALLER_KEEPS,
    },
    {
        .name = "network_role",
        .kind = "role_session",
        .weight = 1,
        .deeds = DEED_NETWORK,
        .identity = PLAIN_ROLE "}}",
        .own_name = "<role-workload>",
        .session_name = "<#choice:botocore-session-|aws-sdk-java-><#digits:10>",
        .listed_name = "<session>",
        .address = "<#address.session>",
        .population = 4,
        .parallel = 1,
        .session_minutes = 720,
        .traits = CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "service_role",
        .kind = "role_session",
        .weight = 60,
        .deeds = DEED_SERVICE_ROLE,
        .identity = ROLE "," ISSUER("aws-service-role/<role-service>.amazonaws.com/")
            ATTRIBUTES("false") "},'invokedBy':'<role-service>.amazonaws.com'}",
        .own_name = "<service-linked-role>",
        .session_name = "<service-session.caller>",
        .listed_name = "<session>",
        .address = "<role-service.caller>.amazonaws.com",
        .agent = "<role-service.caller>.amazonaws.com",
        .population = 12,
        .session_minutes = 60,
        .traits = CALLER_KEEPS,
    },
    {
        .name = "service_role_key",
        .kind = "role_session",
        .weight = 20,
        .deeds = DEED_SERVICE_ROLE,
        .identity = ROLE_KEY "," ISSUER("aws-service-role/<role-service>.amazonaws.com/")
            ATTRIBUTES("false") "},'invokedBy':'<role-service>.amazonaws.com'}",
        .own_name = "<service-linked-role>",
        .session_name = "<service-session.caller>",
        .listed_name = "<session>",
        .address = "<role-service.caller>.amazonaws.com",
        .agent = "<role-service.caller>.amazonaws.com",
        .population = 8,
        .session_minutes = 1440,
        .traits = CALLER_KEEPS,
    },
};

struct caller_table callers_roles(void) {
    return (struct caller_table){rows, ARRAY_LENGTH(rows)};
}
