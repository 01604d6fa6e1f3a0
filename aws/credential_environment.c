/* Credentials in variables of the environment. */
#include "aws/credential_search.h"

enum way_result credentials_from_environment(const struct credential_search *search,
                                             struct credentials *out, struct err *err) {
    const struct aws_settings *settings = search->settings;
    struct credentials found = {
        .access_key = aws_settings_value(settings, "AWS_ACCESS_KEY_ID", NULL),
        .secret = aws_settings_value(settings, "AWS_SECRET_ACCESS_KEY", NULL),
        .token = aws_settings_value(settings, "AWS_SECURITY_TOKEN", NULL),
        .expires_ms = INT64_MAX,
        .origin = "environment",
    };

    if (found.access_key.data == NULL) {
        (void)err_set(err, ERR_REMOTE, "AWS_ACCESS_KEY_ID is not set");
        return WAY_NOT_HERE;
    }
    if (found.token.data == NULL)
        found.token = aws_settings_value(settings, "AWS_SESSION_TOKEN", NULL);
    if (found.secret.data == NULL) {
        (void)err_set(
            err, ERR_REMOTE,
            "AWS_ACCESS_KEY_ID is set in the environment and AWS_SECRET_ACCESS_KEY is not");
        return WAY_FAILED;
    }
    *out = found;
    return WAY_FOUND;
}
