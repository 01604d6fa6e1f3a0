/* Credentials as metadata services and commands write them:
 * {"AccessKeyId": "..", "SecretAccessKey": "..", "Token": "..", "Expiration":
 * "2026-01-02T03:04:05Z"}
 */
#ifndef TRAILD_AWS_CREDENTIAL_JSON_H
#define TRAILD_AWS_CREDENTIAL_JSON_H

#include <jansson.h>

#include "aws/credentials.h"

/* `token_name`: the member with the session token, which may be missing. Without an Expiration they
 * never expire. Fails with ERR_REMOTE: what is missing, or the Code and Message that stand there
 * instead; never a value. `origin` is left to the caller. */
MUST_USE bool credential_json_read(struct span text, const char *token_name, struct arena *arena,
                                   struct credentials *out, struct err *err);

/* The same of a tree. */
MUST_USE bool credential_json_take(const json_t *object, const char *token_name,
                                   struct arena *arena, struct credentials *out, struct err *err);

/* A JSON object; NULL, with the failure, when it is none. */
json_t *credential_json_parse(struct span text, struct err *err);

#endif
