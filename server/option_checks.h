/* What the texts of options about S3 must look like: mistakes are told before anything starts. Each
 * is a value_check of server/options.h. */
#ifndef TRAILD_SERVER_OPTION_CHECKS_H
#define TRAILD_SERVER_OPTION_CHECKS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/* `bucket` or `bucket/prefix`, with or without `s3://`. */
MUST_USE bool check_s3_place(struct span text, struct err *err);

/* `s3://bucket` or `s3://bucket/prefix`. */
MUST_USE bool check_s3_uri(struct span text, struct err *err);

/* The address of an SQS queue: http or https, a host, a path. */
MUST_USE bool check_queue_url(struct span text, struct err *err);

/* `arn:aws:sns:REGION:ACCOUNT:NAME`. */
MUST_USE bool check_topic_arn(struct span text, struct err *err);

MUST_USE bool check_account(struct span text, struct err *err);
MUST_USE bool check_region(struct span text, struct err *err);

#endif
