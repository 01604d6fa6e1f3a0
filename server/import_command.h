/* `traild import`: loads files into a store that no server holds. */
#ifndef TRAILD_SERVER_IMPORT_COMMAND_H
#define TRAILD_SERVER_IMPORT_COMMAND_H

#include "server/settings.h"

/* The exit status: failure when a file failed; the others are kept. */
int import_command(const struct settings *settings);

#endif
