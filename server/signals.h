/* Signals of a service: SIGTERM and SIGINT stop it in order, a second one at once; SIGPIPE, SIGHUP
 * and SIGXFSZ mean nothing (writing fails, and that is dealt with). */
#ifndef TRAILD_SERVER_SIGNALS_H
#define TRAILD_SERVER_SIGNALS_H

#include <stdint.h>

/* First of all, before any thread is started: threads inherit what is held back. */
void signals_prepare(void);

/* Waits until the service is to stop and gives the signal's name. The next signal ends the process.
 */
const char *signals_wait(void);

/* For a command that wants to end in order: holds SIGTERM and SIGINT back, also from threads that
 * are started from now on, until signals_release; then one that came ends the process. */
void signals_hold(void);
void signals_release(void);

/* The name of the signal that came; NULL when none has after so many milliseconds. */
const char *signals_poll(int64_t ms);

#endif
