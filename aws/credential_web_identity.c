/* A role for whoever holds the token of an identity provider, as pods of EKS do:
 * https://docs.aws.amazon.com/sdkref/latest/guide/access-assume-role-web.html */
#include "aws/credential_role.h"

#include "aws/small_file.h"
#include "aws/sts.h"
#include "base/limits.h"

struct place {
    const struct aws_settings *settings;
    struct span profile;
    bool environment;
};

static struct span value(const struct place *place, const char *variable, const char *key) {
    struct span told =
        place->environment ? aws_settings_value(place->settings, variable, NULL) : SPAN_NONE;

    return told.data != NULL ? told : profile_get(&place->settings->profiles, place->profile, key);
}

/* The file is read each time, since the cluster writes a new token into it before the old one ends.
 * Its last line end is no part of the token. */
static bool assume(const struct credential_search *search, const struct sts_role *role,
                   struct span path, struct credentials *out, struct err *err) {
    struct span token;

    if (!small_file_read(path, LIMIT_TOKEN_FILE_BYTES, search->arena, &token, err)) {
        err->kind = ERR_REMOTE;
        return err_add(err, "web identity token");
    }
    if (!sts_assume_role_with_token(search, role, span_trim(token), out, err))
        return err_add(err, "web identity token %.*s", SPAN_ARGS(path));
    out->origin = arena_format(search->arena, "web identity, role %.*s", SPAN_ARGS(role->arn)).data;
    return true;
}

enum way_result credentials_by_token(const struct credential_search *search, struct span profile,
                                     bool environment, struct credentials *out, struct err *err) {
    const struct place place = {search->settings, profile, environment};
    struct span path = value(&place, "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    const struct sts_role role = {
        .arn = value(&place, "AWS_ROLE_ARN", "role_arn"),
        .session_name = value(&place, "AWS_ROLE_SESSION_NAME", "role_session_name"),
    };

    if (path.data == NULL)
        return WAY_NOT_HERE;
    if (role.arn.data == NULL) {
        (void)err_set(err, ERR_REMOTE,
                      "AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file is set, and neither "
                      "AWS_ROLE_ARN nor role_arn");
        return WAY_FAILED;
    }
    return assume(search, &role, path, out, err) ? WAY_FOUND : WAY_FAILED;
}

enum way_result credentials_from_web_identity(const struct credential_search *search,
                                              struct credentials *out, struct err *err) {
    enum way_result result =
        credentials_by_token(search, search->settings->profile, true, out, err);

    if (result == WAY_NOT_HERE)
        (void)err_set(err, ERR_REMOTE, "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    return result;
}
