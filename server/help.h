/* What people read who do not know what to type. */
#ifndef TRAILD_SERVER_HELP_H
#define TRAILD_SERVER_HELP_H

#include "base/buffer.h"
#include "server/settings.h"

/* All commands in a few lines. */
void help_overview(struct buffer *out);

/* One command with its options. */
void help_command(enum command command, struct buffer *out);

#endif
