/* Sign-ins to the console, with and without a second factor, and those that fail. */
#include "bench/corpus/action.h"

#include "base/macros.h"

#define SIGN_IN(weight_, deeds_, outcome, mfa, message)                                            \
    {                                                                                              \
        .service = "signin", .name = "ConsoleLogin", .effect = EFFECT_WRITE, .weight = weight_,    \
        .deeds = deeds_, .response = "{'ConsoleLogin':'" outcome "'}",                             \
        .additional =                                                                              \
            "{'LoginTo':'https://<region>.console.aws.amazon.com/<choice:console/home|"            \
            "ram/home|s3/home>?region=<region>&state=hashArgs%23&isauthcode=true',"                \
            "'MobileVersion':'<choice:No|No|No|Yes>','MFAUsed':'" mfa "'}",                        \
        .failure = message                                                                         \
    }
#define EXCHANGE(name_, weight_, deeds_, additional_)                                              \
    {                                                                                              \
        .service = "signin", .name = name_, .effect = EFFECT_WRITE, .weight = weight_,             \
        .deeds = deeds_, .response = "{'" name_ "':'Success'}", .additional = additional_          \
    }

static const struct action actions[] = {
    SIGN_IN(30, DEED_USER_SIGN_IN | DEED_ROOT_SIGN_IN, "Success", "Yes", NULL),
    SIGN_IN(12, DEED_USER_SIGN_IN | DEED_ROLE_SIGN_IN, "Success", "No", NULL),
    SIGN_IN(30, DEED_FAILED_SIGN_IN, "Failure", "No", "Failed authentication"),
    SIGN_IN(10, DEED_FAILED_SIGN_IN, "Failure", "Yes", "Failed authentication"),
    SIGN_IN(8, DEED_FAILED_SIGN_IN, "Failure", "No", "No username found in supplied account"),
    EXCHANGE("CheckMfa", 10, DEED_USER_SIGN_IN, "{'MfaType':'<choice:Virtual MFA|U2F MFA>'}"),
    EXCHANGE("SwitchRole", 20, DEED_ROLE_SIGN_IN,
             "{'SwitchFrom':'arn:aws:iam::<account>:user/<person>','RedirectTo':"
             "'https://console.aws.amazon.com/console/home'}"),
    EXCHANGE("PasswordRecoveryRequested", 1, DEED_ROOT_SIGN_IN,
             "{'targetEmail':'HIDDEN_DUE_TO_SECURITY_REASONS'}"),
};

struct action_table actions_sign_in(void) {
    return (struct action_table){actions, ARRAY_LENGTH(actions)};
}
