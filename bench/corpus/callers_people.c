/* The root user, IAM users and those they federate. */
#include "bench/corpus/caller.h"

#include "base/macros.h"
#include "bench/corpus/action.h"
#include "bench/corpus/identity.h"

#define NO_FEDERATION "'sessionIssuer':{},'webIdFederationData':{},"

#define MFA "<#choice.session:true|true|true|false>"

#define ROOT                                                                                       \
    "{'type':'Root','principalId':'<caller-account>','arn':'arn:aws:iam::<caller-account>:root',"  \
    "'accountId':'<caller-account>'"

#define USER                                                                                       \
    "{'type':'IAMUser','principalId':'AIDA<#tail.caller>',"                                        \
    "'arn':'arn:aws:iam::<caller-account>:user/<path.caller><caller>',"                            \
    "'accountId':'<caller-account>'"

static const struct caller rows[] = {
    {
        .name = "root_console",
        .kind = "root",
        .weight = 4,
        .deeds = DEED_CALL,
        .identity =
            ROOT ",'accessKeyId':'ASIA<#tail.session>','sessionContext':{" NO_FEDERATION ATTRIBUTES(
                "<#choice.session:true|true|false>") "}}",
        .listed_name = "root",
        .address = "<#address.session>",
        .agent = "<agent-console>",
        .session_minutes = 1440,
        .traits = CALLER_CONSOLE | CALLER_KEEPS,
    },
    {
        .name = "root_key",
        .kind = "root",
        .weight = 2,
        .deeds = DEED_CALL,
        .identity = ROOT ",'accessKeyId':'AKIA<#tail.caller:key>'}",
        .listed_name = "root",
        .address = "<#address.caller>",
        .agent = "<#any.caller:agent-cli|agent-boto>",
        .traits = CALLER_TLS | CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "root_sign_in",
        .kind = "root",
        .weight = 1,
        .deeds = DEED_ROOT_SIGN_IN,
        .identity = ROOT "<choice:|,'accessKeyId':''>}",
        .listed_name = "root",
        .address = "<#address.session>",
        .agent = "<agent-browser.session>",
        .session_minutes = 120,
    },
    {
        .name = "root_session",
        .kind = "root_session",
        .weight = 1,
        .deeds = DEED_CALL,
        .identity = ROOT ",'accessKeyId':'ASIA<#tail.session>','sessionContext':{" ATTRIBUTES(
            "false") ",'assumedRoot':<choice:true|'true'>}}",
        .listed_name = "root",
        .address = "<#address.session>",
        .agent = "<agent-cli.session>",
        .session_minutes = 1440,
        .traits = CALLER_TLS | CALLER_KEEPS,
    },
    {
        .name = "user_key",
        .kind = "iam_user",
        .weight = 330,
        .deeds = DEED_CALL,
        .identity = USER ",'accessKeyId':'AKIA<#tail.caller:key>','userName':'<caller>'}",
        .own_name = "<user>",
        .listed_name = "<caller>",
        .address = "<#address.session>",
        .agent = "<#any.caller:agent-cli|agent-boto|agent-terraform>",
        .population = 12,
        .session_minutes = 2880,
        .traits = CALLER_TLS | CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "user_session",
        .kind = "user_session",
        .weight = 70,
        .deeds = DEED_CALL,
        .identity =
            USER ",'accessKeyId':'ASIA<#tail.session>','userName':'<caller>','sessionContext':"
                 "{" NO_FEDERATION ATTRIBUTES(MFA) "}}",
        .own_name = "<person>",
        .listed_name = "<caller>",
        .address = "<#address.session>",
        .agent = "<agent-console>",
        .population = 6,
        .session_minutes = 720,
        .traits = CALLER_CONSOLE | CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "user_token",
        .kind = "user_session",
        .weight = 40,
        .deeds = DEED_CALL,
        .identity =
            USER ",'accessKeyId':'ASIA<#tail.session>','userName':'<caller>','sessionContext':"
                 "{" ATTRIBUTES("true") "}}",
        .own_name = "<person>",
        .listed_name = "<caller>",
        .address = "<#address.session>",
        .agent = "<#any.caller:agent-cli|agent-terraform>",
        .population = 10,
        .session_minutes = 2160,
        .traits = CALLER_TLS | CALLER_KEEPS | CALLER_FAILS,
    },
    {
        .name = "user_sign_in",
        .kind = "iam_user",
        .weight = 7,
        .deeds = DEED_USER_SIGN_IN,
        .identity = USER "<choice:|,'accessKeyId':''>,'userName':'<caller>'}",
        .own_name = "<person>",
        .listed_name = "<caller>",
        .address = "<#address.session>",
        .agent = "<agent-browser.session>",
        .population = 6,
        .session_minutes = 720,
    },
    {
        .name = "user_sign_in_failed",
        .kind = "iam_user",
        .weight = 2,
        .deeds = DEED_FAILED_SIGN_IN,
        .identity =
            "{'type':'IAMUser','principalId':'AIDA<#tail.caller>','accountId':'<caller-account>',"
            "'accessKeyId':'','userName':'<caller>'}",
        .own_name = "<person>",
        .listed_name = "<caller>",
        .address = "<address>",
        .agent = "<agent-browser>",
        .population = 6,
        .session_minutes = 720,
    },
    {
        .name = "stranger_sign_in_failed",
        .kind = "iam_user",
        .weight = 1,
        .deeds = DEED_FAILED_SIGN_IN,
        .identity = "{'type':'IAMUser','accountId':'<caller-account>','accessKeyId':'',"
                    "'userName':'HIDDEN_DUE_TO_SECURITY_REASONS'}",
        .listed_name = "HIDDEN_DUE_TO_SECURITY_REASONS",
        .address = "<address>",
        .agent = "<agent-browser>",
    },
    {
        .name = "user_forwarded",
        .kind = "user_session",
        .weight = 60,
        .deeds = DEED_FORWARDED,
        .identity =
            USER ",'accessKeyId':'ASIA<#tail.session>','userName':'<caller>','sessionContext':"
                 "{" NO_FEDERATION ATTRIBUTES(MFA) "},"
                                                   "'invokedBy':'AWS Internal'}",
        .own_name = "<person>",
        .listed_name = "<caller>",
        .address = "AWS Internal",
        .agent = "AWS Internal",
        .population = 6,
        .session_minutes = 720,
        .traits = CALLER_KEEPS,
    },
    {
        .name = "user_key_forwarded",
        .kind = "iam_user",
        .weight = 12,
        .deeds = DEED_FORWARDED,
        .identity = USER ",'accessKeyId':'AKIA<#tail.caller:key>','userName':'<caller>',"
                         "'invokedBy':'<forwarder.caller>'}",
        .own_name = "<user>",
        .listed_name = "<caller>",
        .address = "<forwarder.caller>",
        .agent = "<forwarder.caller>",
        .population = 12,
        .traits = CALLER_KEEPS,
    },
    {
        .name = "federated_user",
        .kind = "federated_user",
        .weight = 4,
        .deeds = DEED_CALL,
        .identity =
            "{'type':'FederatedUser','principalId':'<caller-account>:<caller>',"
            "'arn':'arn:aws:sts::<caller-account>:federated-user/<caller>',"
            "'accountId':'<caller-account>','accessKeyId':'ASIA<#tail.session>','sessionContext':{"
            "'sessionIssuer':{'type':'IAMUser','principalId':'AIDA<#tail.caller>',"
            "'arn':'arn:aws:iam::<caller-account>:user/<user.caller>',"
            "'accountId':'<caller-account>','userName':'<user.caller>'},'webIdFederationData':{}"
            "," ATTRIBUTES("false") "}}",
        .own_name = "<person>",
        .address = "<#address.session>",
        .agent = "<agent-boto.caller>",
        .population = 3,
        .session_minutes = 1440,
        .traits = CALLER_TLS | CALLER_KEEPS | CALLER_FAILS,
    },
};

struct caller_table callers_people(void) {
    return (struct caller_table){rows, ARRAY_LENGTH(rows)};
}
