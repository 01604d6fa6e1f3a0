/* Watches open connections: ends those that keep us waiting, notices clients that have gone, and
 * lets refused senders read their answer.
 *
 * libmicrohttpd only measures silence, so a client that sends a byte now and then would hold its
 * connection for ever, and a suspended connection is not looked at at all. */
#ifndef TRAILD_SERVER_REAPER_H
#define TRAILD_SERVER_REAPER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "server/listener.h"

/* What a connection is doing, and what it may take. */
enum phase {
    PHASE_WAITING,   /* for a request: until its head is there, header_ms or idle_ms */
    PHASE_RECEIVING, /* a body: min_rate in every span of transfer_ms */
    PHASE_WORKING,   /* on the answer: as long as it takes; is the client still there? */
    PHASE_SENDING,   /* the answer: as PHASE_RECEIVING */
};

struct pace {
    int64_t header_ms; /* of the first request of a connection */
    int64_t idle_ms;   /* of further ones */
    int64_t transfer_ms;
    int64_t min_rate; /* bytes a second */
};

struct reaper;

/* An open connection; everything but what is said otherwise belongs to the reaper. */
struct connection {
    struct connection *next;
    struct connection **link; /* what points to this one */
    int descriptor;           /* the library's; not closed as long as the connection is here */
    enum phase phase;
    bool served;         /* it has had a request */
    int64_t deadline_ms; /* monotonic */
    int64_t moved;       /* bytes, both ways, when the deadline was set; -1: not measured */
    bool ended;          /* at the last tick, the client had sent all it will */
    const char *cut;     /* why the reaper ended it; NULL while it has not */
    bool linger;         /* set by its thread: a body is left unread behind the answer */
    atomic_bool cancel;  /* for struct request */
    char client[SOCKET_TEXT_BYTES];
};

MUST_USE bool reaper_start(const struct pace *pace, struct reaper **out, struct err *err);

/* All connections must have been removed. NULL is fine. */
void reaper_stop(struct reaper *reaper);

/* All of these: any thread. */

struct connection *reaper_add(struct reaper *reaper, int descriptor, const struct sockaddr *client);

/* Frees the connection. With `linger`, keeps the socket open behind the library's back for a moment
 * and throws away what still comes: closing it with unread bytes would make the kernel take the
 * answer back from a client that is still sending (RFC 9112, section 9.6). */
void reaper_remove(struct reaper *reaper, struct connection *connection);

void reaper_enter(struct reaper *reaper, struct connection *connection, enum phase phase);

/* Why it was ended; NULL when the reaper has not. A constant. */
const char *reaper_cut(struct reaper *reaper, struct connection *connection);

int64_t reaper_count(struct reaper *reaper);

/* Gives up on everything: sets every `cancel` and ends transfers. */
void reaper_cancel_all(struct reaper *reaper);

#endif
