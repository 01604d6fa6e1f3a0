#include "server/parting.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* A fast sender must not keep the one who drains busy. */
#define READS_AT_ONCE 16

void partings_init(struct partings *partings) {
    *partings = (struct partings){0};
    pthread_mutex_init(&partings->lock, NULL);
}

void partings_clear(struct partings *partings) {
    while (partings->count > 0)
        close(partings->sockets[--partings->count].descriptor);
    pthread_mutex_destroy(&partings->lock);
}

void partings_add(struct partings *partings, int descriptor, int64_t now_ms) {
    pthread_mutex_lock(&partings->lock);
    if (partings->count < PARTING_SOCKETS) {
        int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
        if (copy >= 0)
            partings->sockets[partings->count++] = (struct parting){copy, now_ms + PARTING_MS};
    }
    pthread_mutex_unlock(&partings->lock);
}

/* Whether more may come. */
static bool drain(int descriptor) {
    char bytes[16384];

    for (int i = 0; i < READS_AT_ONCE; i++) {
        ssize_t length = recv(descriptor, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (length == 0)
            return false;
        if (length < 0)
            return errno == EAGAIN || errno == EINTR;
    }
    return true;
}

void partings_drain(struct partings *partings, int64_t now_ms) {
    size_t kept = 0;

    pthread_mutex_lock(&partings->lock);
    for (size_t i = 0; i < partings->count; i++) {
        struct parting each = partings->sockets[i];
        if (now_ms < each.deadline_ms && drain(each.descriptor))
            partings->sockets[kept++] = each;
        else
            close(each.descriptor);
    }
    partings->count = kept;
    pthread_mutex_unlock(&partings->lock);
}

bool partings_is_empty(struct partings *partings) {
    pthread_mutex_lock(&partings->lock);
    bool empty = partings->count == 0;
    pthread_mutex_unlock(&partings->lock);
    return empty;
}
