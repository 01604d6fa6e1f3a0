/* What SNS delivers over HTTP: believed, understood, imported, and only then acknowledged. */
#ifndef TRAILD_COLLECT_SNS_INBOX_H
#define TRAILD_COLLECT_SNS_INBOX_H

#include "collect/state.h"

struct sns_web;

/* With the topics of the collector's configuration, whose fetcher and client are there. `web` is
 * how certificates are fetched, from any thread; NULL: over the network. ERR_INVALID when one is no
 * topic's ARN. */
MUST_USE bool sns_inbox_open(struct collector *collector, struct sns_web *web,
                             struct sns_inbox **out, struct err *err);

/* From now on messages are refused with ERR_BUSY, those that wait for their files too. */
void sns_inbox_interrupt(struct sns_inbox *inbox);

/* Waits for the downloads of those nobody waits for any more, which are cancelled. Nobody is in
 * sns_inbox_take. NULL is fine. */
void sns_inbox_close(struct sns_inbox *inbox);

/* As collector_take_sns. `now_ms` is UTC, `deadline_ms` monotonic. */
MUST_USE bool sns_inbox_take(struct sns_inbox *inbox, struct span body, int64_t now_ms,
                             int64_t deadline_ms, const atomic_bool *cancel, struct arena *arena,
                             struct sns_result *out, struct err *err);

#endif
