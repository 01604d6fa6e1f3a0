/* A role that a profile takes on with the credentials of another profile, or of this machine:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html */
#include "aws/credential_role.h"

#include "aws/credential_profile.h"
#include "aws/sts.h"
#include "base/limits.h"

static const struct source {
    const char *name; /* credential_source */
    enum way_result (*search)(const struct credential_search *search, struct credentials *out,
                              struct err *err);
} sources[] = {
    {"Environment", credentials_from_environment},
    {"EcsContainer", credentials_from_container},
    {"Ec2InstanceMetadata", credentials_from_instance},
};

/* A profile that is being resolved, and how many ask for it in turn. */
struct link {
    struct span profile;
    int depth;
};

static bool role_of(const struct credential_search *search, struct link link,
                    struct credentials *out, struct err *err);

static struct span get(const struct credential_search *search, struct link link, const char *key) {
    return profile_get(&search->settings->profiles, link.profile, key);
}

static bool has_keys(const struct credential_search *search, struct link link) {
    return get(search, link, "aws_access_key_id").data != NULL ||
           get(search, link, "aws_secret_access_key").data != NULL;
}

static bool has_role(const struct credential_search *search, struct link link) {
    return get(search, link, "role_arn").data != NULL &&
           get(search, link, "web_identity_token_file").data == NULL;
}

static bool from_source(const struct credential_search *search, struct link link, struct span name,
                        struct credentials *out, struct err *err) {
    for (size_t i = 0; i < ARRAY_LENGTH(sources); i++) {
        if (!span_equal_any_case(name, span_of(sources[i].name)))
            continue;
        if (sources[i].search(search, out, err) == WAY_FOUND)
            return true;
        return err_add(err, "credential_source %s of profile %.*s", sources[i].name,
                       SPAN_ARGS(link.profile));
    }
    return err_set(err, ERR_REMOTE,
                   "credential_source of profile %.*s must be Environment, EcsContainer or "
                   "Ec2InstanceMetadata",
                   SPAN_ARGS(link.profile));
}

/* Keys go before a role here: so a profile may name itself as the source of its role. */
static bool from_profile(const struct credential_search *search, struct link link,
                         struct credentials *out, struct err *err) {
    if (!has_keys(search, link) && has_role(search, link))
        return role_of(search, link, out, err);
    enum way_result result = credentials_by_token(search, link.profile, false, out, err);
    if (result == WAY_NOT_HERE)
        result = credentials_in_profile(search, link.profile, out, err);
    return result == WAY_FOUND;
}

static bool from_source_profile(const struct credential_search *search, struct link link,
                                struct span name, struct credentials *out, struct err *err) {
    if (!profile_exists(&search->settings->profiles, name))
        return err_set(err, ERR_REMOTE, "source_profile of profile %.*s: there is no profile %.*s",
                       SPAN_ARGS(link.profile), SPAN_ARGS(name));
    if (link.depth == LIMIT_AWS_PROFILE_CHAIN)
        return err_set(err, ERR_REMOTE,
                       "source_profile of profile %.*s: goes round, or through more than %d "
                       "profiles",
                       SPAN_ARGS(link.profile), LIMIT_AWS_PROFILE_CHAIN);
    return from_profile(search, (struct link){name, link.depth + 1}, out, err);
}

static bool find_source(const struct credential_search *search, struct link link,
                        struct credentials *out, struct err *err) {
    struct span source = get(search, link, "credential_source");
    struct span profile = get(search, link, "source_profile");

    if ((source.data == NULL) == (profile.data == NULL))
        return err_set(err, ERR_REMOTE,
                       "profile %.*s has role_arn and %s source_profile %s credential_source",
                       SPAN_ARGS(link.profile), source.data == NULL ? "neither" : "both",
                       source.data == NULL ? "nor" : "and");
    if (source.data != NULL)
        return from_source(search, link, source, out, err);
    return from_source_profile(search, link, profile, out, err);
}

static bool role_of(const struct credential_search *search, struct link link,
                    struct credentials *out, struct err *err) {
    struct span duration = get(search, link, "duration_seconds");
    const struct sts_role role = {
        .arn = get(search, link, "role_arn"),
        .session_name = get(search, link, "role_session_name"),
        .external_id = get(search, link, "external_id"),
        .duration_seconds = duration,
    };
    struct credentials source;
    int64_t seconds;

    if (get(search, link, "mfa_serial").data != NULL)
        return err_set(err, ERR_REMOTE,
                       "profile %.*s has mfa_serial: nobody is here to type the code",
                       SPAN_ARGS(link.profile));
    if (duration.data != NULL && !span_to_integer(duration, &seconds))
        return err_set(err, ERR_REMOTE, "duration_seconds of profile %.*s is no number",
                       SPAN_ARGS(link.profile));
    if (!find_source(search, link, &source, err) || !credentials_check(&source, err))
        return false;
    if (!sts_assume_role(search, &role, &source, out, err))
        return err_add(err, "profile %.*s", SPAN_ARGS(link.profile));
    out->region = source.region;
    out->origin = arena_format(search->arena, "profile %.*s, role %.*s", SPAN_ARGS(link.profile),
                               SPAN_ARGS(role.arn))
                      .data;
    return true;
}

enum way_result credentials_from_role(const struct credential_search *search,
                                      struct credentials *out, struct err *err) {
    const struct link link = {search->settings->profile, 0};

    if (!has_role(search, link))
        return WAY_NOT_HERE;
    return role_of(search, link, out, err) ? WAY_FOUND : WAY_FAILED;
}
