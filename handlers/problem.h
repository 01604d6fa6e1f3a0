/* Answers that say what went wrong: application/problem+json (RFC 9457), or what AWS's clients read
 * when the response is for one of them. */
#ifndef TRAILD_HANDLERS_PROBLEM_H
#define TRAILD_HANDLERS_PROBLEM_H

#include "base/err.h"
#include "base/span.h"
#include "handlers/faults.h"
#include "handlers/http.h"

/* Replaces whatever the response held by a problem. `title` NULL: the status's own phrase. */
void problem_write(struct response *response, int status, const char *title, struct span detail);

/* The problem that a failure is to the client. `faults` are listed when the kind is ERR_INVALID.
 * Of an internal failure the client gets only an id; the full text goes to response->error. A full
 * disk is told to both. */
void problem_of_failure(struct response *response, const struct err *err,
                        const struct faults *faults);

/* The status that each kind of failure has. */
int problem_status(enum err_kind kind);

#endif
