/* One part of a host's name. A region and, where it can be, a bucket become one, and no request may
 * go to a host that they spell by something else. RFC 1123, section 2.1, without capitals. */
#ifndef TRAILD_AWS_HOST_LABEL_H
#define TRAILD_AWS_HOST_LABEL_H

#include <stdbool.h>

#include "base/span.h"

/* a to z, 0 to 9 and dashes. */
bool is_host_label_byte(char byte);

/* 1 to 63 of those, no dash at either end. */
bool is_host_label(struct span text);

#endif
