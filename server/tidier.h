/* A thread that keeps lists quick whatever the order in which events come: store_tidy, again and
 * again. What goes wrong is logged once, until it goes well again. */
#ifndef TRAILD_SERVER_TIDIER_H
#define TRAILD_SERVER_TIDIER_H

#include "store/store.h"

struct tidier;

MUST_USE bool tidier_start(struct store *store, struct tidier **out, struct err *err);

/* Ends it: within a second, and the store is whole at any moment. NULL is fine. */
void tidier_stop(struct tidier *tidier);

#endif
