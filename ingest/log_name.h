/* What the name of a log file says, of a path or of an object's key: both take any bytes, and look
 * only at what follows the last slash. */
#ifndef TRAILD_INGEST_LOG_NAME_H
#define TRAILD_INGEST_LOG_NAME_H

#include <stdbool.h>

#include "base/span.h"

/* `a.json`, `a.json.gz`, `a.ndjson`, `a.jsonl`, `a.log`, `a.gz`, and names without any dot, as
 * Firehose gives them. */
bool is_log_name(struct span path);

/* `20171211T1505Z` of `111111111111_CloudTrail_eu-central-1_20171211T1505Z_A6kv.json.gz`, a part of
 * `path`; SPAN_NONE when it does not end with such a name. */
struct span delivery_time(struct span path);

#endif
