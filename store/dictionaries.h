/* The store's trained dictionaries: the newest compresses, each decompresses what it compressed. */
#ifndef TRAILD_STORE_DICTIONARIES_H
#define TRAILD_STORE_DICTIONARIES_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/batch.h"
#include "store/compress.h"
#include "store/database.h"

#define DICTIONARIES_MAX 64

/* Any thread may look one up; they live as long as the store. */
struct dictionaries {
    struct database *writer;  /* borrowed */
    pthread_mutex_t *writing; /* who holds it is the writer; borrowed */
    pthread_mutex_t learning; /* held while one is trained; taken before `writing` */
    pthread_mutex_t lock;     /* of the list */
    struct dictionary *list[DICTIONARIES_MAX];
    size_t count;
};

void dictionaries_init(struct dictionaries *dictionaries, struct database *writer,
                       pthread_mutex_t *writing);
MUST_USE bool dictionaries_load(struct dictionaries *dictionaries, struct err *err);
void dictionaries_close(struct dictionaries *dictionaries);

/* NULL for id 0 or an unknown one. */
const struct dictionary *dictionaries_get(struct dictionaries *dictionaries, int64_t id);

/* The one for new blocks; NULL until there is one. */
const struct dictionary *dictionaries_newest(struct dictionaries *dictionaries);

/* Trains one from the batch and stores it, when there is none yet or the store has grown much since
 * the last one, and the batch is large enough to learn from. The caller is not the writer. Training
 * takes a while: others go on with the newest one meanwhile, and wait only when there is none. */
MUST_USE bool dictionaries_learn(struct dictionaries *dictionaries, const struct batch *batch,
                                 struct err *err);

#endif
