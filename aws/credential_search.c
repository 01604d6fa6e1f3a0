#include "aws/credential_search.h"

#include <stdio.h>

#include "base/limits.h"

static const struct way {
    const char *name; /* before what it says of itself when nothing was found */
    enum way_result (*search)(const struct credential_search *search, struct credentials *out,
                              struct err *err);
} ways[] = {
    {"environment", credentials_from_environment},   {"role", credentials_from_role},
    {"web identity", credentials_from_web_identity}, {"profile", credentials_from_profile},
    {"container", credentials_from_container},       {"EC2", credentials_from_instance},
};

bool credentials_check(const struct credentials *credentials, struct err *err) {
    const struct {
        const char *name;
        struct span value;
    } parts[] = {
        {"access key", credentials->access_key},
        {"secret key", credentials->secret},
        {"session token", credentials->token},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (parts[i].value.length > LIMIT_CREDENTIAL_BYTES)
            return err_set(err, ERR_REMOTE, "the %s is longer than %d bytes", parts[i].name,
                           (int)LIMIT_CREDENTIAL_BYTES);
        if (!span_is_visible(parts[i].value))
            return err_set(err, ERR_REMOTE,
                           "the %s holds a space, a line end or another byte that no key has",
                           parts[i].name);
    }
    return true;
}

static bool none_found(struct span tried, struct err *err) {
    return err_set(err, ERR_REMOTE,
                   "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                   "AWS_PROFILE, or give this machine a role (%.*s)",
                   SPAN_ARGS(tried));
}

bool credential_search_run(const struct credential_search *search, struct credentials *out,
                           struct err *err) {
    struct span tried = SPAN("");

    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        struct err why = {0};
        switch (ways[i].search(search, out, &why)) {
        case WAY_FOUND:
            if (!credentials_check(out, err))
                return err_add(err, "AWS credentials from %s", out->origin);
            return true;
        case WAY_FAILED:
            *err = why;
            return err_add(err, "AWS credentials");
        case WAY_NOT_HERE:
            if (why.text[0] != '\0')
                tried = arena_format(search->arena, "%.*s%s%s: %s", SPAN_ARGS(tried),
                                     tried.length > 0 ? "; " : "", ways[i].name, why.text);
        }
    }
    return none_found(tried, err);
}
