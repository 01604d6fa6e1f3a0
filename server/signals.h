/* Signals of a service: SIGTERM and SIGINT stop it in order, a second one at once; SIGPIPE, SIGHUP
 * and SIGXFSZ mean nothing (writing fails, and that is dealt with). */
#ifndef TRAILD_SERVER_SIGNALS_H
#define TRAILD_SERVER_SIGNALS_H

/* First of all, before any thread is started: threads inherit what is held back. */
void signals_prepare(void);

/* Waits until the service is to stop and gives the signal's name. The next signal ends the process.
 */
const char *signals_wait(void);

#endif
