/* The receipt of an import as the API shows it. */
#ifndef TRAILD_HANDLERS_RECEIPT_JSON_H
#define TRAILD_HANDLERS_RECEIPT_JSON_H

#include <stdbool.h>

#include "collect/collector.h"
#include "handlers/call.h"

/* `live` is what an unfinished import of many files is doing now; NULL: the receipt says all. */
void receipt_json_write(const struct receipt *receipt, const struct import_live *live,
                        struct buffer *out);

/* Appends it to the answer, as it is now: of an unfinished import the collector knows more than the
 * receipt that was read. */
MUST_USE bool receipt_show(struct call *call, const struct receipt *receipt, struct err *err);

/* The whole answer to a request that made the import, or found it made. */
MUST_USE bool receipt_answer(struct call *call, int status, const struct receipt *receipt,
                             struct err *err);

#endif
