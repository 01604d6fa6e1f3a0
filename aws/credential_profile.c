#include "aws/credential_profile.h"

#include "aws/command.h"
#include "aws/credential_json.h"
#include "aws/command_words.h"
#include "base/limits.h"

#define COMMAND_MS INT64_C(60000)

/* One of profile_credentials_get and profile_config_get: a key and its secret are never taken from
 * two files. */
typedef struct span (*file_get)(const struct profiles *profiles, struct span name, const char *key);

static const char *origin(const struct credential_search *search, struct span profile) {
    return arena_format(search->arena, "profile %.*s", SPAN_ARGS(profile)).data;
}

static enum way_result keys(const struct credential_search *search, struct span profile,
                            file_get get, const struct profile_file *file, struct credentials *out,
                            struct err *err) {
    const struct profiles *profiles = &search->settings->profiles;
    struct credentials found = {
        .access_key = get(profiles, profile, "aws_access_key_id"),
        .secret = get(profiles, profile, "aws_secret_access_key"),
        .token = get(profiles, profile, "aws_security_token"),
        .expires_ms = INT64_MAX,
    };

    if (found.access_key.data == NULL)
        return WAY_NOT_HERE;
    if (found.secret.data == NULL) {
        (void)err_set(err, ERR_REMOTE,
                      "profile %.*s in %.*s has aws_access_key_id and no aws_secret_access_key",
                      SPAN_ARGS(profile), SPAN_ARGS(file->path));
        return WAY_FAILED;
    }
    if (found.token.data == NULL)
        found.token = get(profiles, profile, "aws_session_token");
    found.origin = origin(search, profile);
    *out = found;
    return WAY_FOUND;
}

/* https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
static bool take_output(const struct credential_search *search, struct span text,
                        struct credentials *out, struct err *err) {
    json_t *tree = credential_json_parse(text, err);

    if (tree == NULL)
        return false;
    bool good = json_integer_value(json_object_get(tree, "Version")) == 1
                    ? credential_json_take(tree, "SessionToken", search->arena, out, err)
                    : err_set(err, ERR_REMOTE, "the answer's Version is not 1");
    json_decref(tree);
    return good;
}

static bool run(const struct credential_search *search, struct span line, struct credentials *out,
                struct err *err) {
    struct command command = {
        .most_ms = COMMAND_MS, .most_bytes = LIMIT_CREDENTIAL_ANSWER, .cancel = search->cancel};
    struct span text;
    char **words;

    if (!command_words(line, search->arena, &words, err))
        return false;
    command.words = words;
    if (!command_run(&command, search->arena, &text, err))
        return err_add(err, "%.60s", words[0]);
    if (!take_output(search, text, out, err))
        return err_add(err, "%.60s", words[0]);
    return true;
}

static enum way_result process(const struct credential_search *search, struct span profile,
                               struct credentials *out, struct err *err) {
    struct span line = profile_get(&search->settings->profiles, profile, "credential_process");

    if (line.data == NULL)
        return WAY_NOT_HERE;
    if (!run(search, line, out, err)) {
        if (err->kind == ERR_INVALID)
            err->kind = ERR_REMOTE;
        (void)err_add(err, "credential_process of profile %.*s", SPAN_ARGS(profile));
        return WAY_FAILED;
    }
    out->origin =
        arena_format(search->arena, "credential_process of profile %.*s", SPAN_ARGS(profile)).data;
    return WAY_FOUND;
}

/* Logging in is for people at a terminal; what the command line has then can be handed over. */
static enum way_result login(const struct credential_search *search, struct span profile,
                             struct err *err) {
    static const char *const keys_of_it[] = {"sso_session", "sso_start_url", "login_session"};

    for (size_t i = 0; i < ARRAY_LENGTH(keys_of_it); i++) {
        if (profile_get(&search->settings->profiles, profile, keys_of_it[i]).data == NULL)
            continue;
        (void)err_set(err, ERR_REMOTE,
                      "profile %.*s signs in through a browser (%s); give it credential_process = "
                      "aws configure export-credentials --profile %.*s in another profile",
                      SPAN_ARGS(profile), keys_of_it[i], SPAN_ARGS(profile));
        return WAY_FAILED;
    }
    return WAY_NOT_HERE;
}

static enum way_result nothing(const struct credential_search *search, struct span profile,
                               struct err *err) {
    const struct profiles *profiles = &search->settings->profiles;
    const struct profile_file *config = &profiles->config;
    const struct profile_file *credentials = &profiles->credentials;

    if (profile_exists(profiles, profile))
        (void)err_set(err, ERR_REMOTE, "%.*s has no keys", SPAN_ARGS(profile));
    else if (config->note.data != NULL && credentials->note.data != NULL)
        (void)err_set(err, ERR_REMOTE, "%.*s, %.*s", SPAN_ARGS(credentials->note),
                      SPAN_ARGS(config->note));
    else
        (void)err_set(err, ERR_REMOTE, "%.*s is not in %.*s or %.*s", SPAN_ARGS(profile),
                      SPAN_ARGS(credentials->path), SPAN_ARGS(config->path));
    return WAY_NOT_HERE;
}

enum way_result credentials_in_profile(const struct credential_search *search, struct span profile,
                                       struct credentials *out, struct err *err) {
    const struct profiles *profiles = &search->settings->profiles;
    enum way_result result =
        keys(search, profile, profile_credentials_get, &profiles->credentials, out, err);

    if (result == WAY_NOT_HERE)
        result = process(search, profile, out, err);
    if (result == WAY_NOT_HERE)
        result = keys(search, profile, profile_config_get, &profiles->config, out, err);
    if (result == WAY_NOT_HERE)
        result = login(search, profile, err);
    return result == WAY_NOT_HERE ? nothing(search, profile, err) : result;
}

enum way_result credentials_from_profile(const struct credential_search *search,
                                         struct credentials *out, struct err *err) {
    return credentials_in_profile(search, search->settings->profile, out, err);
}
