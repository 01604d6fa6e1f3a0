/* A record around the caller and the action of a scene: the fields in the order in which CloudTrail
 * writes them. */
#ifndef TRAILD_BENCH_CORPUS_FRAME_H
#define TRAILD_BENCH_CORPUS_FRAME_H

#include "base/arena.h"
#include "bench/corpus/template.h"

enum form {
    FORM_CALL,
    FORM_SIGN_IN,
    FORM_SERVICE_EVENT,
    FORM_INSIGHT,
    FORM_NETWORK,
    FORM_COUNT,
};

struct frames {
    struct template of_form[FORM_COUNT];
};

struct frames frames_compile(struct arena *arena);

enum form frame_form(const struct scene *scene);

const char *frame_event_type(const struct scene *scene);

#endif
