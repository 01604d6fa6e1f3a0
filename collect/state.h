/* What the parts behind collector.h share: the configuration, the threads, and each other. */
#ifndef TRAILD_COLLECT_STATE_H
#define TRAILD_COLLECT_STATE_H

#include "collect/agenda.h"
#include "collect/allow.h"
#include "collect/collector.h"
#include "collect/fetcher.h"

/* Lists for imports and trails at once. Each source takes three of them at most; when all hang, the
 * others go on by spare threads. */
#define AGENDA_THREADS 16
#define AGENDA_SPARES  240

struct prefix_imports;
struct queue_watch;
struct sns_inbox;
struct trails;

/* Nothing of it changes between start and stop. Parts that are not configured are NULL. */
struct collector {
    struct collector_config config; /* texts borrowed from the one who started it */
    struct allow_list allow;
    struct aws_client *client; /* NULL: nothing is allowed, followed or listened to */
    struct fetcher *fetcher;
    struct agenda *agenda;
    struct prefix_imports *imports;
    struct trails *trails;
    struct queue_watch *queues;
    struct sns_inbox *inbox;
};

#endif
