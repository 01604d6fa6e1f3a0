/* A disk for stories that is slow or fails, and a system that has no threads left: preloaded into
 * traild, and told what to do through a file (SLOW_DISK) that both have mapped; stories/disk.py is
 * the other side. Concerns SQLite's writes (pwrite64) and syncs (fdatasync) only. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* In the order of stories/disk.py. */
struct disk {
    _Atomic(int64_t) syncs;       /* so far */
    _Atomic(int64_t) writes;      /* so far */
    _Atomic(int64_t) waiting;     /* syncs that are held up */
    _Atomic(int64_t) hold;        /* while it is not 0, syncs wait */
    _Atomic(int64_t) delay_ms;    /* each sync takes so long */
    _Atomic(int64_t) sync_fails;  /* so many of the next syncs fail */
    _Atomic(int64_t) write_skips; /* so many writes are good, then */
    _Atomic(int64_t) write_fails; /* so many fail */
    _Atomic(int64_t) failure;     /* errno of what fails */
    _Atomic(int64_t) no_threads;  /* while it is not 0, none can be started */
    _Atomic(int64_t) hold_skips;  /* so many syncs do not wait for the end of `hold` */
};

static struct disk nothing;
static struct disk *disk = &nothing;
static int (*real_fdatasync)(int);
static ssize_t (*real_pwrite64)(int, const void *, size_t, off64_t);
static int (*real_pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);

    if (function == NULL) {
        fprintf(stderr, "slow_disk: no %s\n", name);
        abort();
    }
    return function;
}

static void map(const char *path) {
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    void *shared = mmap(NULL, sizeof(*disk), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);

    if (descriptor < 0 || shared == MAP_FAILED) {
        perror(path);
        abort();
    }
    close(descriptor);
    disk = shared;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SLOW_DISK");

    *(void **)&real_fdatasync = next("fdatasync");
    *(void **)&real_pwrite64 = next("pwrite64");
    *(void **)&real_pthread_create = next("pthread_create");
    if (path != NULL)
        map(path);
}

static void sleep_ms(int64_t ms) {
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&time, NULL);
}

/* Counts down to 0; false when it is there already. */
static bool take_one(_Atomic(int64_t) *count) {
    int64_t left = atomic_load(count);

    while (left > 0 && !atomic_compare_exchange_weak(count, &left, left - 1))
        ;
    return left > 0;
}

int fdatasync(int descriptor) {
    atomic_fetch_add(&disk->syncs, 1);
    atomic_fetch_add(&disk->waiting, 1);
    if (!take_one(&disk->hold_skips)) {
        while (atomic_load(&disk->hold) != 0)
            sleep_ms(1);
    }
    atomic_fetch_sub(&disk->waiting, 1);
    if (atomic_load(&disk->delay_ms) > 0)
        sleep_ms(atomic_load(&disk->delay_ms));
    if (take_one(&disk->sync_fails)) {
        errno = (int)atomic_load(&disk->failure);
        return -1;
    }
    return real_fdatasync(descriptor);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
    atomic_fetch_add(&disk->writes, 1);
    if (atomic_load(&disk->write_fails) > 0 && !take_one(&disk->write_skips) &&
        take_one(&disk->write_fails)) {
        errno = (int)atomic_load(&disk->failure);
        return -1;
    }
    return real_pwrite64(descriptor, bytes, length, offset);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument) {
    if (atomic_load(&disk->no_threads) != 0)
        return EAGAIN;
    return real_pthread_create(thread, attributes, run, argument);
}
