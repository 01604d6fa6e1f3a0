#include "ingest/limit_reader.h"

#include <inttypes.h>

/* Up to the limit, and one byte beyond to see whether there is one. */
static size_t room_left(const struct inflate_budget *budget, size_t room) {
    int64_t left = budget->limit - budget->used;

    if (left < 1)
        return 1;
    return (size_t)left < room ? (size_t)left : room;
}

static bool limit_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                       struct err *err) {
    struct limit_reader *self = (struct limit_reader *)reader;
    struct inflate_budget *budget = self->budget;
    size_t length = 0;

    if (!reader_read(self->source, out, room_left(budget, room), &length, err))
        return false;
    budget->used += (int64_t)length;
    if (budget->used > budget->limit)
        return err_set(err, ERR_UNREADABLE,
                       "inflates to more than max-inflated (%" PRId64 " bytes)", budget->limit);
    *out_length = length;
    return true;
}

void limit_reader_init(struct limit_reader *reader, struct reader *source,
                       struct inflate_budget *budget) {
    *reader = (struct limit_reader){{limit_read}, source, budget};
}
