/* Where threads wait until a test lets them pass, so that it decides what runs while what waits. */
#ifndef TRAILD_TESTS_SUPPORT_GATE_H
#define TRAILD_TESTS_SUPPORT_GATE_H

#include <pthread.h>
#include <stdbool.h>

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;
    int inside; /* how many have come, whether they wait or have passed */
};

struct gate gate_new(void);
void gate_pass(struct gate *gate);
void gate_open(struct gate *gate);

/* Until so many have come. */
void gate_wait_inside(struct gate *gate, int count);
int gate_inside(struct gate *gate);

/* While it lasts no thread can be started: its stack would be larger than any memory. Gives what to
 * end it with. */
size_t threads_refuse(void);
void threads_allow(size_t stack_bytes);

#endif
