#include "handlers/faults.h"

void faults_add(struct faults *faults, struct arena *arena, struct span parameter,
                struct span value, const char *reason) {
    struct fault *fault = arena_new(arena, 1, sizeof(*fault));

    *fault = (struct fault){parameter, value, arena_copy(arena, span_of(reason)), NULL};
    if (faults->last == NULL)
        faults->first = fault;
    else
        faults->last->next = fault;
    faults->last = fault;
    faults->count++;
}
