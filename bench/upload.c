/* Uploads log files over keep-alive connections, several at once, and says how it went:
 *
 *     upload HOST:PORT CLIENTS < paths
 *
 * One path a line. Each client takes the next file that is left, and the next one only when the
 * receipt of the last has come. Prints one JSON object; a file that is refused ends it. */
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "bench/client/connection.h"
#include "bench/client/timings.h"

#define EXIT_FAILED   1
#define EXIT_USAGE    2
#define MAX_CLIENTS   256
#define NS_PER_MS     1e6
#define NS_PER_SECOND 1e9

struct paths {
    char **list; /* owned, each */
    size_t count;
    size_t capacity;
};

struct work {
    const char *address;
    struct paths paths;
    atomic_size_t next;
    atomic_bool stop; /* a client has failed */
};

struct client {
    struct work *work;
    pthread_t thread;
    struct timings timings;
    int64_t bytes;
    bool failed;
    struct err err;
};

static void read_paths(struct paths *out) {
    CLEANUP(memory_free_at) char *line = NULL;
    size_t room = 0;
    ssize_t length;

    while ((length = getline(&line, &room, stdin)) > 0) {
        struct span path = span_trim((struct span){line, (size_t)length});
        if (out->count == out->capacity) {
            out->capacity = out->capacity > 0 ? 2 * out->capacity : 1024;
            out->list = memory_resize(out->list, out->capacity, sizeof(*out->list));
        }
        out->list[out->count++] = memory_copy_text(path.data, path.length);
    }
}

static void paths_clear(struct paths *paths) {
    for (size_t i = 0; i < paths->count; i++)
        free(paths->list[i]);
    free(paths->list);
}

static bool read_descriptor(int descriptor, struct buffer *out, struct err *err) {
    struct stat about;

    if (fstat(descriptor, &about) != 0)
        return err_errno(err, "looking at it");
    size_t size = (size_t)about.st_size;
    out->length = 0;
    char *room = buffer_reserve(out, size);
    while (out->length < size) {
        ssize_t got = read(descriptor, room + out->length, size - out->length);
        if (got < 0)
            return err_errno(err, "reading it");
        if (got == 0)
            return err_set(err, ERR_UNREADABLE, "it became shorter");
        out->length += (size_t)got;
    }
    return true;
}

static bool read_file(const char *path, struct buffer *out, struct err *err) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0)
        return err_errno(err, "opening it");
    bool good = read_descriptor(descriptor, out, err);
    close(descriptor);
    return good;
}

static bool send_file(struct client *client, struct connection *connection, struct span body) {
    CLEANUP(buffer_clear) struct buffer head = {0};
    struct answer answer;
    int64_t began = nanoseconds_now();

    buffer_append_format(&head,
                         "POST /v1/imports HTTP/1.1\r\nHost: %s\r\nContent-Length: %zu\r\n\r\n",
                         client->work->address, body.length);
    if (!connection_ask(connection, buffer_span(&head), body, &answer, &client->err))
        return false;
    timings_add(&client->timings, nanoseconds_now() - began);
    client->bytes += (int64_t)body.length;
    if (answer.status != 201)
        return err_set(&client->err, ERR_INVALID, "answered with %d: %.*s", answer.status,
                       SPAN_ARGS(answer.body));
    return true;
}

static bool send_files(struct client *client, struct connection *connection) {
    struct work *work = client->work;
    CLEANUP(buffer_clear) struct buffer body = {0};

    while (!atomic_load(&work->stop)) {
        size_t number = atomic_fetch_add(&work->next, 1);
        if (number >= work->paths.count)
            break;
        const char *path = work->paths.list[number];
        if (!read_file(path, &body, &client->err) ||
            !send_file(client, connection, buffer_span(&body)))
            return err_add(&client->err, "%s", path);
    }
    return true;
}

static void *run_client(void *argument) {
    struct client *client = argument;
    struct connection connection;

    if (!connection_open(client->work->address, &connection, &client->err)) {
        client->failed = true;
    } else {
        client->failed = !send_files(client, &connection);
        connection_close(&connection);
    }
    if (client->failed)
        atomic_store(&client->work->stop, true);
    return NULL;
}

static void say(const struct work *work, struct client *clients, size_t count, int64_t took) {
    struct timings all = {0};
    int64_t bytes = 0;

    for (size_t i = 0; i < count; i++) {
        timings_join(&all, &clients[i].timings);
        bytes += clients[i].bytes;
    }
    timings_sort(&all);
    printf("{\"uploads\":%zu,\"bytes\":%" PRId64
           ",\"seconds\":%.6f,\"p50_ms\":%.3f,"
           "\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
           work->paths.count, bytes, (double)took / NS_PER_SECOND,
           (double)timings_at(&all, 50) / NS_PER_MS, (double)timings_at(&all, 99) / NS_PER_MS,
           (double)timings_at(&all, 100) / NS_PER_MS);
    timings_clear(&all);
}

/* The threads that could be started, in `*out_started`. */
static bool start(struct work *work, struct client *clients, size_t count, size_t *out_started) {
    for (*out_started = 0; *out_started < count; ++*out_started) {
        struct client *client = &clients[*out_started];
        client->work = work;
        if (pthread_create(&client->thread, NULL, run_client, client) != 0) {
            atomic_store(&work->stop, true);
            fprintf(stderr, "upload: a thread could not be started\n");
            return false;
        }
    }
    return true;
}

static bool run(struct work *work, struct client *clients, size_t count) {
    size_t started;
    int64_t began = nanoseconds_now();
    bool good = start(work, clients, count, &started);

    for (size_t i = 0; i < started; i++) {
        pthread_join(clients[i].thread, NULL);
        if (clients[i].failed) {
            fprintf(stderr, "upload: %s\n", clients[i].err.text);
            good = false;
        }
    }
    if (good)
        say(work, clients, count, nanoseconds_now() - began);
    for (size_t i = 0; i < started; i++)
        timings_clear(&clients[i].timings);
    return good;
}

int main(int argc, char **argv) {
    int64_t count = 0;

    if (argc != 3 || !span_to_integer(span_of(argv[2]), &count) || count < 1 ||
        count > MAX_CLIENTS) {
        fprintf(stderr, "usage: upload HOST:PORT CLIENTS < paths\n");
        return EXIT_USAGE;
    }
    struct work work = {.address = argv[1]};
    struct client *clients = memory_new((size_t)count, sizeof(*clients));
    read_paths(&work.paths);
    bool good = run(&work, clients, (size_t)count);
    paths_clear(&work.paths);
    free(clients);
    return good ? 0 : EXIT_FAILED;
}
