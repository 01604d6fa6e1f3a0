/* Services, other accounts, strangers and those whom other directories vouch for. */
#include "bench/corpus/caller.h"

#include "base/macros.h"
#include "bench/corpus/action.h"

static const struct caller rows[] = {
    {
        .name = "service",
        .kind = "aws_service",
        .weight = 110,
        .deeds = DEED_BY_SERVICE,
        .identity = "{'type':'AWSService','invokedBy':'<service-name.caller>'}",
        .address = "<service-name.caller>",
        .agent = "<service-name.caller>",
        .population = 12,
        .traits = CALLER_KEEPS,
    },
    {
        .name = "service_event",
        .kind = "aws_service",
        .weight = 16,
        .deeds = DEED_SERVICE_EVENT,
        .identity = "{'accountId':'<caller-account>','invokedBy':'<event-service>'}",
        .address = "<event-service>",
        .agent = "<event-service>",
    },
    {
        .name = "other_account",
        .kind = "other_account",
        .weight = 14,
        .deeds = DEED_OTHER_ACCOUNT,
        .identity = "{'type':'AWSAccount','principalId':'<choice:AROA|AIDA><#tail.caller><choice::"
                    "build-41|>',"
                    "'accountId':'<caller-account>'}",
        .address = "<#address.session>",
        .agent = "<#any.caller:agent-go|agent-java|agent-boto>",
        .population = 10,
        .session_minutes = 720,
        .traits = CALLER_TLS | CALLER_KEEPS | CALLER_FAILS | CALLER_ABROAD,
    },
    {
        .name = "anonymous",
        .kind = "other_account",
        .weight = 6,
        .deeds = DEED_ANONYMOUS,
        .identity = "{'type':'AWSAccount','principalId':'','accountId':'ANONYMOUS_PRINCIPAL'}",
        .address = "<address>",
        .agent = "<any:agent-browser|agent-curl>",
        .traits = CALLER_TLS | CALLER_FAILS,
    },
    {
        .name = "saml_user",
        .kind = "identity_provider_user",
        .weight = 5,
        .deeds = DEED_SAML,
        .identity = "{'type':'SAMLUser','principalId':'<#base64.caller:27>=:<person-mail.caller>',"
                    "'userName':'<person-mail.caller>','identityProvider':'<#base64.caller:27>='}",
        .listed_name = "<person-mail.caller>",
        .address = "<#address.session>",
        .agent = "<agent-browser.session>",
        .population = 25,
        .session_minutes = 480,
        .traits = CALLER_TLS,
    },
    {
        .name = "web_identity_user",
        .kind = "identity_provider_user",
        .weight = 9,
        .deeds = DEED_WEB_IDENTITY,
        .identity =
            "{'type':'WebIdentityUser','principalId':'<issuer-arn.caller>:sts.amazonaws.com:"
            "<workload.caller>','userName':'<workload.caller>',"
            "'identityProvider':'<issuer-arn.caller>'}",
        .listed_name = "<workload.caller>",
        .address = "<#address.session>",
        .agent = "<#any.caller:agent-go|agent-java|agent-boto>",
        .population = 12,
        .session_minutes = 720,
        .traits = CALLER_TLS,
    },
    {
        .name = "identity_center_user",
        .kind = "identity_center_user",
        .weight = 4,
        .deeds = DEED_IDENTITY_CENTER,
        .identity =
            "{'type':'IdentityCenterUser','accountId':'<caller-account>','onBehalfOf':{'userId':"
            "'<#uuid.caller>','identityStoreArn':'arn:aws:identitystore::<caller-account>:"
            "identitystore/d-90<identity-store>'},'credentialId':'<#base64url.session:86>'}",
        .address = "<#address.session>",
        .agent = "<#any.session:agent-browser|agent-cli>",
        .population = 20,
        .session_minutes = 480,
        .traits = CALLER_TLS | CALLER_KEEPS,
    },
    {
        .name = "directory",
        .kind = "unknown",
        .weight = 1,
        .deeds = DEED_DIRECTORY,
        .identity =
            "{'type':'Directory','accountId':'<caller-account>','userName':'<person-mail.caller>'}",
        .listed_name = "<person-mail.caller>",
        .address = "<#address.session>",
        .agent = "<agent-browser.session>",
        .population = 10,
        .session_minutes = 480,
        .traits = CALLER_TLS,
    },
    {
        .name = "unknown",
        .kind = "unknown",
        .weight = 1,
        .deeds = DEED_DIRECTORY,
        .identity =
            "{'type':'Unknown','principalId':'<#uuid.caller>','accountId':'<caller-account>',"
            "'userName':'<person-mail.caller>'}",
        .listed_name = "<person-mail.caller>",
        .address = "<#address.session>",
        .agent = "<agent-browser.session>",
        .population = 10,
        .session_minutes = 480,
        .traits = CALLER_TLS,
    },
    {
        .name = "network_account",
        .kind = "other_account",
        .weight = 1,
        .deeds = DEED_NETWORK,
        .identity = "{'type':'AWSAccount','principalId':'AROA<#tail.caller>:<#lower.session:12>',"
                    "'accountId':'<caller-account>'}",
        .address = "<#address.session>",
        .population = 10,
        .session_minutes = 720,
        .traits = CALLER_KEEPS | CALLER_FAILS | CALLER_ABROAD,
    },
    {
        .name = "insight",
        .weight = 1,
        .deeds = DEED_INSIGHT,
    },
};

struct caller_table callers_others(void) {
    return (struct caller_table){rows, ARRAY_LENGTH(rows)};
}
