/* Sends GET requests one after another over one keep-alive connection, and says how long each took:
 *
 *     ask HOST:PORT < targets > nanoseconds
 *
 * One target a line in, such as /v1/events?limit=50, and one time a line out: from sending the
 * request until its answer is there whole. An answer that is not 200 ends it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "bench/client/connection.h"
#include "bench/client/timings.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

static bool ask(struct connection *connection, struct span head, struct timings *timings,
                struct err *err) {
    struct answer answer;
    int64_t began = nanoseconds_now();

    if (!connection_ask(connection, head, SPAN(""), &answer, err))
        return false;
    timings_add(timings, nanoseconds_now() - began);
    if (answer.status != 200)
        return err_set(err, ERR_INVALID, "answered with %d: %.*s", answer.status,
                       SPAN_ARGS(answer.body));
    return true;
}

static bool ask_all(struct connection *connection, const char *address, struct timings *timings,
                    struct err *err) {
    CLEANUP(memory_free_at) char *line = NULL;
    CLEANUP(buffer_clear) struct buffer head = {0};
    size_t room = 0;
    ssize_t length;

    while ((length = getline(&line, &room, stdin)) > 0) {
        struct span target = span_trim((struct span){line, (size_t)length});
        head.length = 0;
        buffer_append_format(&head, "GET %.*s HTTP/1.1\r\nHost: %s\r\n\r\n", SPAN_ARGS(target),
                             address);
        if (!ask(connection, buffer_span(&head), timings, err))
            return err_add(err, "%.*s", SPAN_ARGS(target));
    }
    return true;
}

int main(int argc, char **argv) {
    struct connection connection;
    struct timings timings = {0};
    struct err err;

    if (argc != 2) {
        fprintf(stderr, "usage: ask HOST:PORT < targets > nanoseconds\n");
        return EXIT_USAGE;
    }
    if (!connection_open(argv[1], &connection, &err)) {
        fprintf(stderr, "ask: %s\n", err.text);
        return EXIT_FAILED;
    }
    bool good = ask_all(&connection, argv[1], &timings, &err);
    if (!good)
        fprintf(stderr, "ask: %s\n", err.text);
    for (size_t i = 0; i < timings.count; i++)
        printf("%" PRId64 "\n", timings.nanoseconds[i]);
    timings_clear(&timings);
    connection_close(&connection);
    return good ? 0 : EXIT_FAILED;
}
