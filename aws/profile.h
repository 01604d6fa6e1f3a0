/* Profiles: named sets of settings in ~/.aws/config (`[profile x]`, `[default]`) and
 * ~/.aws/credentials (`[x]`); where both tell a value, the credentials file's counts. */
#ifndef TRAILD_AWS_PROFILE_H
#define TRAILD_AWS_PROFILE_H

#include <stdbool.h>

#include "aws/ini.h"

struct profile_file {
    struct span path; /* SPAN_NONE: nobody knows the home directory */
    struct ini ini;   /* empty when there is no such file */
    struct span note; /* why nothing came from it: "no such file"; SPAN_NONE: it was read */
};

struct profiles {
    struct profile_file config;      /* AWS_CONFIG_FILE */
    struct profile_file credentials; /* AWS_SHARED_CREDENTIALS_FILE */
};

/* A file that is not there holds nothing; one that cannot be read neither, unless it was named by
 * its variable, which is a failure, as is one that is no ini file: ERR_INVALID. */
MUST_USE bool profiles_read(char *(*variable)(const char *name), struct arena *arena,
                            struct profiles *out, struct err *err);

bool profile_exists(const struct profiles *profiles, struct span name);

/* SPAN_NONE: not told, or empty. */
struct span profile_get(const struct profiles *profiles, struct span name, const char *key);

/* A value inside of one: profile_get_inner(.., "s3", "addressing_style"). */
struct span profile_get_inner(const struct profiles *profiles, struct span name, const char *key,
                              const char *inner);

/* From one file only: where the key and its secret are sought together. */
struct span profile_credentials_get(const struct profiles *profiles, struct span name,
                                    const char *key);
struct span profile_config_get(const struct profiles *profiles, struct span name, const char *key);

/* False when the profile names a section `[services NAME]` that is not there. */
bool profile_services_exist(const struct profiles *profiles, struct span name);

/* endpoint_url of a service in the section `[services NAME]`, which the profile names. */
struct span profile_service_endpoint(const struct profiles *profiles, struct span name,
                                     const char *service);

#endif
