/* Events that wait to become a block: a batch, the places of its rows in the order of time, and the
 * imports that brought them. */
#ifndef TRAILD_STORE_WAITING_H
#define TRAILD_STORE_WAITING_H

#include "store/batch.h"

struct waiting {
    struct batch batch;   /* its rows' imports are whole numbers */
    uint16_t *order;      /* its rows by (time, hash) */
    int64_t first_import; /* 0 while empty */
    int64_t last_import;
};

struct waiting *waiting_new(void);
void waiting_free(struct waiting *waiting); /* NULL is fine */

bool waiting_has_room(const struct waiting *waiting, size_t rows, size_t text_bytes);

/* Copies the rows of `from` that `order` names, which are in (time, hash) order and not here yet;
 * there must be room. */
void waiting_append(struct waiting *waiting, const struct batch *from, const uint16_t *order,
                    size_t rows, int64_t import);

/* Takes the rows that came last away again, until `rows` of imports up to `last_import` are left.
 */
void waiting_truncate(struct waiting *waiting, size_t rows, int64_t last_import);

#endif
