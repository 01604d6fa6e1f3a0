/* The receipt of an import as the API shows it. */
#ifndef TRAILD_HANDLERS_RECEIPT_JSON_H
#define TRAILD_HANDLERS_RECEIPT_JSON_H

#include "base/buffer.h"
#include "store/store.h"

void receipt_json_write(const struct receipt *receipt, struct buffer *out);

#endif
