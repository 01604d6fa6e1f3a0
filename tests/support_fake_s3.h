/* As much of S3 as a reader sees, on loopback: lists and objects in memory, path style. It checks
 * no signatures; the stories do that with a real server. A test may step in before any answer. */
#ifndef TRAILD_TESTS_SUPPORT_FAKE_S3_H
#define TRAILD_TESTS_SUPPORT_FAKE_S3_H

#include <stdatomic.h>

#include "base/arena.h"
#include "tests/support_fake_http.h"
#include "tests/support_gate.h"

struct fake_s3;

/* What is asked for. */
struct fake_question {
    bool list;
    struct span bucket;
    struct span key;         /* of an object */
    struct span prefix;      /* of a list, as the next three */
    struct span start_after; /* what a continuation token stands for, too */
    struct span delimiter;
    size_t max_keys;
    size_t number; /* how often this was asked before: this object, or a list of this bucket */
};

/* True: it has answered, or stalls, or cuts. For several connections at once. */
typedef bool (*fake_fault_function)(void *context, struct fake_connection *connection,
                                    const struct fake_question *question);

/* Also makes it what fake_s3_variable tells. One at a time. */
struct fake_s3 *fake_s3_start(void);
void fake_s3_stop(struct fake_s3 *s3);

/* getenv of a process that is to use it; requests are tried twice. */
char *fake_s3_variable(const char *name);

/* Makes fake_s3_variable tell the server of another process. */
void fake_s3_use(const char *url);
const char *fake_s3_url(const struct fake_s3 *s3);

void fake_s3_fault(struct fake_s3 *s3, fake_fault_function fault, void *context);

/* Adds or replaces; all copied. The ETag follows from the body. */
void fake_s3_put(struct fake_s3 *s3, const char *bucket, const char *key, struct span body);
/* The one that follows. */
void fake_s3_etag(struct span body, char out[33]);
void fake_s3_delete(struct fake_s3 *s3, const char *bucket, const char *key);

/* Requests so far: of this object, of lists, of objects. */
size_t fake_s3_gets(struct fake_s3 *s3, const char *bucket, const char *key);
size_t fake_s3_lists(struct fake_s3 *s3);
size_t fake_s3_all_gets(struct fake_s3 *s3);

/* S3's way to say no. */
void fake_s3_refuse(struct fake_connection *connection, int status, const char *code);

/* Answers as it would have without the fault. */
void fake_s3_answer(struct fake_s3 *s3, struct fake_connection *connection,
                    const struct fake_question *question);

#endif
