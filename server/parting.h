/* Sockets of clients that were refused in the middle of a body: kept open a moment longer, with
 * what comes thrown away, so that the answer reaches them. Any thread. */
#ifndef TRAILD_SERVER_PARTING_H
#define TRAILD_SERVER_PARTING_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARTING_SOCKETS 64
#define PARTING_MS      5000

struct parting {
    int descriptor; /* owned */
    int64_t deadline_ms;
};

struct partings {
    pthread_mutex_t lock;
    struct parting sockets[PARTING_SOCKETS];
    size_t count;
};

void partings_init(struct partings *partings);
void partings_clear(struct partings *partings);

/* Duplicates the descriptor. When there are too many already, does nothing. */
void partings_add(struct partings *partings, int descriptor, int64_t now_ms);

/* Reads what there is; closes those whose client has closed or whose time is over. */
void partings_drain(struct partings *partings, int64_t now_ms);

bool partings_is_empty(struct partings *partings);

#endif
