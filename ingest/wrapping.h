/* Takes the wrappings off a log file, whatever they are: gzip, gzip inside gzip (a .gz file sent
 * with Content-Encoding: gzip), base64 of gzip (CloudWatch Logs data copied out of an event).
 *
 * Known by their first bytes. What is wrapped in nothing passes through as it is. */
#ifndef TRAILD_INGEST_WRAPPING_H
#define TRAILD_INGEST_WRAPPING_H

#include <stdbool.h>

#include "base/reader.h"
#include "ingest/limit_reader.h"

struct wrapping;

/* Reads the first bytes through every layer. Borrows all arguments until wrapping_close; `name`
 * stands in sentences for the source: "the body". `budget` is what the text may use; every layer
 * below it must keep to the same limit. */
MUST_USE bool wrapping_open(struct reader *source, const char *name, struct inflate_budget *budget,
                            struct wrapping **out, struct err *err);

/* NULL is fine. */
void wrapping_close(struct wrapping *wrapping);

/* What was wrapped. */
struct reader *wrapping_text(struct wrapping *wrapping);

/* The same at once, if it is in memory already and within the budget: there until wrapping_close,
 * and the reader is at its end. */
MUST_USE bool wrapping_whole(struct wrapping *wrapping, struct span *out);

/* Whether there was any wrapping. */
bool wrapping_present(const struct wrapping *wrapping);

#endif
