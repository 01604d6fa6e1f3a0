#include "aws/settings.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/host_label.h"
#include "base/limits.h"
#include "base/memory.h"

#define MOST_ATTEMPTS 100

struct span aws_settings_value(const struct aws_settings *settings, const char *variable,
                               const char *key) {
    struct span value = variable != NULL ? span_of(settings->variable(variable)) : SPAN_NONE;

    if (value.length > 0)
        return value;
    return key != NULL ? profile_get(&settings->profiles, settings->profile, key) : SPAN_NONE;
}

/* Where a bad value stands: the variable when it is set, else the profile's key. */
static bool bad_value(const struct aws_settings *settings, const char *variable, const char *key,
                      const char *wanted, struct err *err) {
    struct span value = aws_settings_value(settings, variable, key);

    if (span_of(settings->variable(variable)).length > 0)
        return err_set(err, ERR_INVALID, "%s=%.100s in the environment: must be %s", variable,
                       value.data, wanted);
    return err_set(err, ERR_INVALID, "%s = %.*s of profile %.*s: must be %s", key,
                   SPAN_ARGS(span_head(value, 100)), SPAN_ARGS(settings->profile), wanted);
}

static bool equals(struct span value, const char *word) {
    return span_equal_any_case(value, span_of(word));
}

bool aws_settings_flag(const struct aws_settings *settings, const char *variable, const char *key,
                       bool *out, struct err *err) {
    struct span value = aws_settings_value(settings, variable, key);
    bool yes = equals(value, "true");

    if (value.data != NULL && !yes && !equals(value, "false"))
        return bad_value(settings, variable, key, "true or false", err);
    *out = yes;
    return true;
}

static bool read_attempts(struct aws_settings *settings, struct err *err) {
    struct span value = aws_settings_value(settings, "AWS_MAX_ATTEMPTS", "max_attempts");

    if (value.data == NULL)
        return true;
    if (span_to_integer(value, &settings->max_attempts) && settings->max_attempts >= 1 &&
        settings->max_attempts <= MOST_ATTEMPTS)
        return true;
    return bad_value(settings, "AWS_MAX_ATTEMPTS", "max_attempts",
                     "a whole number, 1 to " TEXT_OF(MOST_ATTEMPTS), err);
}

static bool read_region(struct aws_settings *settings, struct err *err) {
    static const char *const variables[] = {"AWS_REGION", "AWS_DEFAULT_REGION"};
    const char *told = variables[0];

    for (size_t i = 0; i < ARRAY_LENGTH(variables) && settings->region.data == NULL; i++) {
        told = variables[i];
        settings->region = aws_settings_value(settings, told, NULL);
    }
    if (settings->region.data == NULL)
        settings->region = aws_settings_value(settings, NULL, "region");
    if (settings->region.data == NULL || is_host_label(settings->region))
        return true;
    return bad_value(settings, told, "region", "the name of a region, such as eu-west-1", err);
}

static bool read_addressing(struct aws_settings *settings, struct err *err) {
    struct span value =
        profile_get_inner(&settings->profiles, settings->profile, "s3", "addressing_style");

    if (value.data == NULL || equals(value, "auto"))
        settings->addressing = ADDRESSING_AUTO;
    else if (equals(value, "path"))
        settings->addressing = ADDRESSING_PATH;
    else if (equals(value, "virtual"))
        settings->addressing = ADDRESSING_VIRTUAL;
    else
        return err_set(err, ERR_INVALID,
                       "s3 addressing_style of profile %.*s: must be auto, path or virtual",
                       SPAN_ARGS(settings->profile));
    return true;
}

/* As the command line: the older name first. */
static bool read_profile(struct aws_settings *settings, struct err *err) {
    static const char *const variables[] = {"AWS_DEFAULT_PROFILE", "AWS_PROFILE"};
    const struct profiles *profiles = &settings->profiles;

    settings->profile = SPAN("default");
    for (size_t i = 0; i < ARRAY_LENGTH(variables); i++) {
        struct span name = span_of(settings->variable(variables[i]));
        if (name.length == 0)
            continue;
        settings->profile = name;
        if (profile_exists(profiles, name))
            return true;
        return err_set(err, ERR_INVALID, "%s=%.100s: there is no such profile in %.*s or %.*s",
                       variables[i], name.data, SPAN_ARGS(profiles->config.path),
                       SPAN_ARGS(profiles->credentials.path));
    }
    return true;
}

/* Else requests meant for a service of one's own would go to AWS's. */
static bool check_services(const struct aws_settings *settings, struct err *err) {
    struct span named = aws_settings_value(settings, NULL, "services");

    if (settings->ignore_endpoints ||
        aws_settings_value(settings, "AWS_ENDPOINT_URL", NULL).data != NULL ||
        profile_services_exist(&settings->profiles, settings->profile))
        return true;
    return err_set(err, ERR_INVALID, "services = %.*s of profile %.*s: there is no [services %.*s]",
                   SPAN_ARGS(named), SPAN_ARGS(settings->profile), SPAN_ARGS(named));
}

static bool read_all(struct aws_settings *settings, struct err *err) {
    if (!profiles_read(settings->variable, &settings->arena, &settings->profiles, err) ||
        !read_profile(settings, err))
        return false;
    settings->ca_bundle = aws_settings_value(settings, "AWS_CA_BUNDLE", "ca_bundle");
    return read_region(settings, err) && read_attempts(settings, err) &&
           read_addressing(settings, err) &&
           aws_settings_flag(settings, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint",
                             &settings->dualstack, err) &&
           aws_settings_flag(settings, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint",
                             &settings->fips, err) &&
           aws_settings_flag(settings, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                             "ignore_configured_endpoint_urls", &settings->ignore_endpoints, err) &&
           check_services(settings, err);
}

bool aws_settings_open(char *(*variable)(const char *name), struct aws_settings **out,
                       struct err *err) {
    struct aws_settings *settings = memory_new(1, sizeof(*settings));

    settings->variable = variable;
    if (!read_all(settings, err)) {
        aws_settings_close(settings);
        return err_add(err, "settings of AWS");
    }
    *out = settings;
    return true;
}

void aws_settings_close(struct aws_settings *settings) {
    if (settings == NULL)
        return;
    arena_wipe(&settings->arena);
    free(settings);
}

static struct span without_slash(struct span url) {
    while (url.length > 0 && url.data[url.length - 1] == '/')
        url.length--;
    return url;
}

struct span aws_settings_endpoint(const struct aws_settings *settings, const char *service) {
    char variable[64];
    struct span url;

    if (settings->ignore_endpoints)
        return SPAN_NONE;
    int length = snprintf(variable, sizeof(variable), "AWS_ENDPOINT_URL_%.40s", service);
    for (int i = 0; i < length; i++)
        variable[i] = (char)toupper((unsigned char)variable[i]);
    url = aws_settings_value(settings, variable, NULL);
    if (url.data == NULL)
        url = aws_settings_value(settings, "AWS_ENDPOINT_URL", NULL);
    if (url.data == NULL)
        url = profile_service_endpoint(&settings->profiles, settings->profile, service);
    if (url.data == NULL)
        url = aws_settings_value(settings, NULL, "endpoint_url");
    return without_slash(url);
}
