#include "server/signals.h"

#include <signal.h>
#include <string.h>

static void stop_signals(sigset_t *out) {
    sigemptyset(out);
    sigaddset(out, SIGTERM);
    sigaddset(out, SIGINT);
}

void signals_prepare(void) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t stops;

    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGHUP, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
    stop_signals(&stops);
    pthread_sigmask(SIG_BLOCK, &stops, NULL);
}

const char *signals_wait(void) {
    sigset_t stops;
    int number;

    stop_signals(&stops);
    sigwait(&stops, &number);
    pthread_sigmask(SIG_UNBLOCK, &stops, NULL);
    return number == SIGINT ? "SIGINT" : "SIGTERM";
}
