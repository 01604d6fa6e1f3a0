/* The table of objects that were imported, for the files behind store.h and collection.h.
 *
 * A row is 64 bits of where an object lies, 64 of its ETag, and an import. It is kept in that
 * order: the 1,000 objects of a page of a listing, which are of a few folders, are on a few pages
 * of the database. */
#ifndef TRAILD_STORE_OBJECT_MARKS_H
#define TRAILD_STORE_OBJECT_MARKS_H

#include "store/database.h"
#include "store/store.h"

/* Inside a transaction; replaces the import of a mark that is there. No mark: nothing to do. */
MUST_USE bool object_mark_write(struct database *database, struct object_mark mark, int64_t import,
                                struct err *err);

#endif
