#include "tests/support_gate.h"

#include <assert.h>
#include <stdint.h>

struct gate gate_new(void) {
    return (struct gate){PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0};
}

void gate_pass(struct gate *gate) {
    pthread_mutex_lock(&gate->lock);
    gate->inside++;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

void gate_open(struct gate *gate) {
    pthread_mutex_lock(&gate->lock);
    gate->open = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

void gate_wait_inside(struct gate *gate, int count) {
    pthread_mutex_lock(&gate->lock);
    while (gate->inside < count)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

int gate_inside(struct gate *gate) {
    pthread_mutex_lock(&gate->lock);
    int inside = gate->inside;
    pthread_mutex_unlock(&gate->lock);
    return inside;
}

static size_t set_stack(size_t bytes) {
    pthread_attr_t attributes;
    size_t before = 0;

    pthread_getattr_default_np(&attributes);
    pthread_attr_getstacksize(&attributes, &before);
    pthread_attr_setstacksize(&attributes, bytes);
    int failed = pthread_setattr_default_np(&attributes);
    assert(!failed);
    (void)failed;
    pthread_attr_destroy(&attributes);
    return before;
}

size_t threads_refuse(void) {
    return set_stack((size_t)1 << 50);
}

void threads_allow(size_t stack_bytes) {
    set_stack(stack_bytes);
}
