/* The account that a file's name tells, for records that do not say ("CloudTrail log file
 * examples" and "Finding your CloudTrail log files" in the user guide). */
#ifndef TRAILD_INGEST_SOURCE_ACCOUNT_H
#define TRAILD_INGEST_SOURCE_ACCOUNT_H

#include "base/span.h"

/* From `123456789012_CloudTrail_...` as the last part of the path, else from
 * `AWSLogs/[o-organization/]123456789012/CloudTrail/` in it; SPAN_NONE without. Points into
 * `source`. */
struct span source_account(struct span source);

#endif
