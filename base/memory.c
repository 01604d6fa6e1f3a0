#include "base/memory.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As many as there are processors wait for each other no more than these do. */
#define LEAST_HEAPS 4

void memory_share(void) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    mallopt(M_ARENA_MAX, processors > LEAST_HEAPS ? (int)processors : LEAST_HEAPS);
}

static void *or_stop(void *memory, size_t count, size_t size) {
    if (memory == NULL && count != 0 && size != 0) {
        fprintf(stderr, "traild: out of memory (%zu x %zu bytes)\n", count, size);
        abort();
    }
    return memory;
}

void *memory_new(size_t count, size_t size) {
    return or_stop(calloc(count, size), count, size);
}

void *memory_resize(void *old, size_t count, size_t size) {
    return or_stop(reallocarray(old, count, size), count, size);
}

char *memory_copy_text(const char *data, size_t length) {
    char *copy = or_stop(malloc(length + 1), length + 1, 1);

    if (length > 0)
        memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

void memory_free_at(void *variable) {
    void *memory;

    memcpy(&memory, variable, sizeof(memory));
    free(memory);
}

void memory_give_back(void) {
    malloc_trim(0);
}
