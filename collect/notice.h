/* A message that tells of new objects in S3 -> the objects, whoever sent it and whatever it is
 * wrapped in.
 *
 * Known are CloudTrail's own message (User Guide, "Configuring CloudTrail to send notifications"),
 * S3's event notifications and S3's events of EventBridge (S3 User Guide, "Event message
 * structure"), each by itself, in the envelope of SNS, or in what SQS and Lambda make of it. */
#ifndef TRAILD_COLLECT_NOTICE_H
#define TRAILD_COLLECT_NOTICE_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/s3.h"
#include "base/arena.h"
#include "base/err.h"

struct notice {
    const char *what;          /* for people: "CloudTrail's message", "a test message of S3"... */
    struct s3_object *objects; /* to be imported, none twice; without a version, see notice.c */
    size_t count;              /* 0: there is nothing to do, and nothing is wrong */
    size_t named;              /* objects, those that come again counted again */
    size_t passed_over; /* objects that were deleted or tagged, or are no logs by their keys */
};

/* At most LIMIT_NOTICE_BYTES and LIMIT_NOTICE_OBJECTS. What it gives lives as long as the arena.
 * Fails with ERR_INVALID and says what the body is instead, where that can be told: a log file, a
 * digest, no JSON. An object is named as it was sent: whether its bucket may be read is for the
 * caller to decide. No signature is looked at. */
MUST_USE bool notice_read(struct span body, struct arena *arena, struct notice *out,
                          struct err *err);

#endif
