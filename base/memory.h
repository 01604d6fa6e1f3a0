/* Allocation that cannot fail: out of memory stops the process with a message.
 * Sizes that come from outside meet base/limits.h before they come here. */
#ifndef TRAILD_BASE_MEMORY_H
#define TRAILD_BASE_MEMORY_H

#include <stddef.h>

/* Before any thread is started: dozens of them would else keep what was freed in dozens of places,
 * each for itself. */
void memory_share(void);

/* Zeroed; freed with free(). */
void *memory_new(size_t count, size_t size);

/* Like realloc; the added bytes are not zeroed. */
void *memory_resize(void *old, size_t count, size_t size);

/* A copy of `length` bytes with a NUL behind; freed with free(). */
char *memory_copy_text(const char *data, size_t length);

/* Gives what was freed back to the system: after work that took much and will not come again soon.
 */
void memory_give_back(void);

/* For CLEANUP: frees what the variable points to. */
void memory_free_at(void *variable);

#endif
