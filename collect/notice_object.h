/* The objects of a notice as they are found: checked, copied, each once. */
#ifndef TRAILD_COLLECT_NOTICE_OBJECT_H
#define TRAILD_COLLECT_NOTICE_OBJECT_H

#include <stdbool.h>

#include <jansson.h>

#include "collect/notice.h"

/* How a key is written in the message. */
enum key_form {
    KEY_AS_IT_IS,
    KEY_FORM_ENCODED, /* S3's own events: `+` is a space, %XX a byte */
};

/* What of a message tells an object; NULL for what it does not have. */
struct named_object {
    const json_t *bucket;
    const json_t *key;
    const json_t *etag;
    const json_t *size;
    enum key_form form;
};

/* Notifications of a bucket tell of all that is written there. An object whose key says that it
 * holds no events is counted as passed over, and never fetched; any other is appended to the
 * notice, whose `objects` has room for LIMIT_NOTICE_OBJECTS. */
MUST_USE bool notice_add_object(struct notice *notice, const struct named_object *named,
                                struct arena *arena, struct err *err);

#endif
