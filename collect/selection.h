/* Which objects below a prefix an import wants, told from their keys alone, and where in the order
 * of keys the next one can be: so a listing goes past the accounts, regions and days that were not
 * asked for, and past the folders of digests and other services, without reading them. Files of
 * Insights and of network activity hold events and are wanted as others are. */
#ifndef TRAILD_COLLECT_SELECTION_H
#define TRAILD_COLLECT_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/macros.h"
#include "base/span.h"
#include "collect/key_layout.h"

/* What a caller asks for. {0} with both times -1 is SELECTION_ALL: every log file. */
struct selection {
    const struct span *accounts; /* twelve digits each; borrowed */
    size_t account_count;        /* 0: every account */
    const struct span *regions;  /* borrowed */
    size_t region_count;         /* 0: every region */
    int64_t from_ms;             /* delivered at or after; -1: from the beginning */
    int64_t to_ms;               /* delivered before; -1: no end */
};

#define SELECTION_ALL ((struct selection){NULL, 0, NULL, 0, -1, -1})

/* Accounts and regions look like ones, at most LIMIT_SELECTED each; `from` is before `to`; else
 * ERR_INVALID says which is wrong. */
MUST_USE bool selection_check(const struct selection *selection, struct err *err);

/* Whether an import takes files of this kind: those that hold events. */
bool selection_takes_kind(enum key_kind kind);

/* {"from": ms, "to": ms, "accounts": [...], "regions": [...]}, only what was asked for: as it is
 * kept with the import. The caller owns the new value. */
json_t *selection_to_json(const struct selection *selection);

/* Of what selection_to_json made; copies into the arena. ERR_INVALID for anything else. */
MUST_USE bool selection_from_json(const json_t *json, struct arena *arena, struct selection *out,
                                  struct err *err);

/* A selection at work below one prefix. */
struct selector {
    struct selection selection;
    struct span prefix; /* borrowed */
};

void selector_init(struct selector *selector, const struct selection *selection,
                   struct span prefix);

enum selection_answer {
    SELECTION_WANTED,
    SELECTION_SKIPPED, /* is not what is imported, or its key does not tell what was asked for */
    SELECTION_OUTSIDE, /* another account, region or time than asked for */
};

/* The delivery time is the one the name tells, else the day of the folders. A selection by account,
 * region or time takes of the objects in an `AWSLogs/` only those whose folders tell all three, and
 * of others those whose names do. */
enum selection_answer selector_judge(const struct selector *selector,
                                     const struct key_facts *facts);

/* What the API calls an object with SELECTION_SKIPPED: its kind; "unselectable" for one with events
 * whose key does not tell what was asked for. */
const char *selector_skipped_word(const struct key_facts *facts);

/* Where to go on listing (start-after) once everything up to `position` has been seen: at or behind
 * it, and no wanted key lies between. Begin with the prefix itself as position. False: nothing that
 * is wanted can follow. In the arena or `position` itself. */
MUST_USE bool selector_seek(const struct selector *selector, struct span position,
                            struct arena *arena, struct span *out_start_after);

#endif
