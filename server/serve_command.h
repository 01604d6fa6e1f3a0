/* `traild serve`: opens the store, serves it over HTTP until a signal comes, closes it. */
#ifndef TRAILD_SERVER_SERVE_COMMAND_H
#define TRAILD_SERVER_SERVE_COMMAND_H

#include "server/settings.h"

/* The exit status. */
int serve_command(const struct settings *settings);

#endif
