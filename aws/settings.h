/* What a user tells AWS's tools beside credentials: environment first, then the profile in the
 * config file. Read once; one thread, then read-only for any.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html */
#ifndef TRAILD_AWS_SETTINGS_H
#define TRAILD_AWS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/profile.h"
#include "base/err.h"
#include "base/span.h"

enum addressing {
    ADDRESSING_AUTO,
    ADDRESSING_PATH,
    ADDRESSING_VIRTUAL,
};

struct aws_settings {
    char *(*variable)(const char *name);
    struct profiles profiles;
    struct span profile;        /* its name: AWS_PROFILE, else "default" */
    struct span region;         /* AWS_REGION, AWS_DEFAULT_REGION, region; SPAN_NONE: not told */
    struct span ca_bundle;      /* a path: AWS_CA_BUNDLE, ca_bundle; SPAN_NONE: the system's */
    int64_t max_attempts;       /* AWS_MAX_ATTEMPTS, max_attempts; 0: not told, else 1 to 100 */
    enum addressing addressing; /* s3 = addressing_style */
    bool dualstack;             /* AWS_USE_DUALSTACK_ENDPOINT, use_dualstack_endpoint */
    bool fips;                  /* AWS_USE_FIPS_ENDPOINT, use_fips_endpoint */
    bool ignore_endpoints;      /* AWS_IGNORE_CONFIGURED_ENDPOINT_URLS */
    struct arena arena; /* what the spans point into; the environment's stay where they are */
};

/* Fails with ERR_INVALID, naming the variable or the file and line: a value that makes no sense, a
 * file that cannot be read, a profile that was named and is not there. */
MUST_USE bool aws_settings_open(char *(*variable)(const char *name), struct aws_settings **out,
                                struct err *err);

/* Wipes it, for the files may hold secrets; NULL is nothing. */
void aws_settings_close(struct aws_settings *settings);

/* Where a service ("s3", "sts", "sqs") is to be found: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the
 * profile's `services` section, the profile's endpoint_url. Without a slash at the end. SPAN_NONE:
 * where AWS has it. */
struct span aws_settings_endpoint(const struct aws_settings *settings, const char *service);

/* The variable, else the profile's key of that name; an empty one counts as none. `variable` or
 * `key` may be NULL. */
struct span aws_settings_value(const struct aws_settings *settings, const char *variable,
                               const char *key);

/* As aws_settings_value: true, false (in any case), else not taken; none is false. */
MUST_USE bool aws_settings_flag(const struct aws_settings *settings, const char *variable,
                                const char *key, bool *out, struct err *err);

#endif
