#include "server/signals.h"

#include <signal.h>
#include <time.h>

static void stop_signals(sigset_t *out) {
    sigemptyset(out);
    sigaddset(out, SIGTERM);
    sigaddset(out, SIGINT);
}

static void ignore(int number) {
    struct sigaction ignored = {.sa_handler = SIG_IGN};

    sigaction(number, &ignored, NULL);
}

static void mask_stops(int how) {
    sigset_t stops;

    stop_signals(&stops);
    pthread_sigmask(how, &stops, NULL);
}

static const char *name_of(int number) {
    return number == SIGINT ? "SIGINT" : "SIGTERM";
}

void signals_prepare(void) {
    ignore(SIGPIPE);
    ignore(SIGHUP);
    ignore(SIGXFSZ);
    mask_stops(SIG_BLOCK);
}

const char *signals_wait(void) {
    sigset_t stops;
    int number;

    stop_signals(&stops);
    sigwait(&stops, &number);
    mask_stops(SIG_UNBLOCK);
    return name_of(number);
}

void signals_hold(void) {
    ignore(SIGPIPE); /* of a server that hangs up */
    mask_stops(SIG_BLOCK);
}

void signals_release(void) {
    mask_stops(SIG_UNBLOCK);
}

const char *signals_poll(int64_t ms) {
    const struct timespec patience = {ms / 1000, ms % 1000 * 1000000};
    sigset_t stops;

    stop_signals(&stops);
    int number = sigtimedwait(&stops, NULL, &patience);
    return number > 0 ? name_of(number) : NULL;
}
