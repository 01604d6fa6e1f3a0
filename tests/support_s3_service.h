/* The service in front of a made-up S3, of which "bucket" may be read. */
#ifndef TRAILD_TESTS_SUPPORT_S3_SERVICE_H
#define TRAILD_TESTS_SUPPORT_S3_SERVICE_H

#include "tests/support_call.h"
#include "tests/support_collect.h"

struct s3_service {
    struct collecting collecting;
    struct caller caller;
};

void s3_service_open(struct s3_service *service);
void s3_service_close(struct s3_service *service);

#define LOCATION_BYTES 64

/* Posts to "/v1/..." and compares the status; the answer's JSON. Its Location into `location`,
 * which may be NULL: "" without one. */
json_t *s3_service_post(struct s3_service *service, const char *path, const char *body, int status,
                        char *location);

/* Members of an answer; NULL of what is no text. A number must be there. */
const char *json_text_of(const json_t *json, const char *name);
json_int_t json_number_of(const json_t *json, const char *name);

#endif
