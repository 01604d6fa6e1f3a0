/* Rows of the progress table, for the files behind store.h and collection.h. */
#ifndef TRAILD_STORE_IMPORT_PROGRESS_H
#define TRAILD_STORE_IMPORT_PROGRESS_H

#include "store/database.h"
#include "store/store.h"

/* The columns of SQL_PROGRESS, of which `first` is the first. */
void progress_from_row(sqlite3_stmt *statement, int first, struct import_progress *out);

#endif
