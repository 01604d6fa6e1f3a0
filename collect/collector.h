/* The front door of collect: log files from S3 into the store. All that handlers may see of this
 * folder, with the notices and selections that it takes.
 *
 * An object that is wanted, whoever asks for it (a request, a prefix import, a trail, a
 * notification), is fetched by a few download threads, which serve those who ask in turns, and goes
 * the way of an upload from there. Which buckets may be read is the operator's choice alone.
 * Any thread may call any function.
 *
 * Where to look behind it:
 *
 *   each object           fetcher, fetch_queue, fetch_object, under_way, gathering, full_disk
 *   one waited for        single_object
 *   prefixes and lists    prefix_imports, import_*, selection, selector, window, rate,
 *                         known_failures, outage, leftovers, skipped_files
 *   trails                trails, follower*, discovery, place, look*, pace, retry_*, trail_*
 *   notifications         notice*, delivery, queue*, sns_inbox
 *   for all of them       agenda, allow, key_layout
 */
#ifndef TRAILD_COLLECT_COLLECTOR_H
#define TRAILD_COLLECT_COLLECTOR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/spool.h"
#include "collect/notice.h"
#include "collect/selection.h"
#include "store/store.h"

struct collector;

#define DEFAULT_DOWNLOADS          8
#define DEFAULT_FOLLOW_INTERVAL_MS INT64_C(60000)
#define DEFAULT_IMPORT_PATIENCE_MS INT64_C(5000)
#define DEFAULT_IMPORT_PAUSE_MS    INT64_C(2000)
#define DEFAULT_IMPORT_OUTAGE_MS   INT64_C(1800000)

struct collector_config {
    struct store *store;             /* borrowed */
    struct spool_place *spools;      /* borrowed */
    char *(*variable)(const char *); /* getenv, or what a test says */
    size_t downloads;                /* at once, of all sources; 1 to LIMIT_DOWNLOADS */
    int64_t max_object_bytes;        /* as --max-upload */
    int64_t max_inflated;            /* as --max-inflated */
    const char *const *allow;        /* "bucket" or "bucket/prefix" */
    size_t allow_count;              /* 0: only what is followed is read */
    const char *const *follow;       /* "s3://bucket/prefix"; need not be allowed */
    size_t follow_count;
    int64_t follow_interval_ms; /* between two looks at a busy place; 0: as by default */
    int64_t import_patience_ms; /* an import of a prefix that brings nothing for so long holds up no
                                   other; 0: as by default */
    int64_t import_pause_ms;    /* before an object of a prefix is tried again; then four times as
                                   long, then sixteen times; 0: as by default */
    int64_t import_outage_ms; /* one to which files came, but none any more for so long, though many
                                 were tried, fails, or if few are left, they do; 0: as by default */
    const char *const *queues; /* URLs of SQS queues */
    size_t queue_count;
    const char *const *sns_topics; /* ARNs of topics whose messages are taken */
    size_t sns_topic_count;
    bool allow_everything; /* a person's own command: any bucket, and nothing that an
                              earlier process left unfinished is resumed */
    void (*imported)(void *context, const struct receipt *receipt); /* after each file, from any
                                           thread; NULL receipt: it failed. May be NULL */
    void *context;                                                  /* of `imported` */
};

/* Begins what the configuration asks for and resumes what an earlier process left unfinished. With
 * nothing allowed, followed or listened to it starts no thread and needs no credentials. Fails with
 * ERR_INVALID when the configuration makes no sense; whether S3 can be reached is not asked. */
MUST_USE bool collector_start(const struct collector_config *config, struct collector **out,
                              struct err *err);

/* Downloads and listings under way end within moments; functions that wait, and those called from
 * now on, fail with ERR_BUSY. For a process that stops, before it waits for its requests. */
void collector_interrupt(struct collector *collector);

/* Interrupts, waits, and saves how far all has come: less than a second unless the disk is slow. No
 * other function may be running or be called any more. NULL is fine. */
void collector_stop(struct collector *collector);

/* ---- single objects and prefixes ---- */

/* All functions below that are given a bucket fail with ERR_FORBIDDEN unless --s3-allow names it
 * and what the key (or prefix) begins with; the sentence says how to allow it. */

/* Fetches one object and waits for it; also looks at `cancel` (may be NULL) and the deadline
 * (monotonic; 0: none). `out->duplicate_of` is not 0 when the object or its bytes were imported
 * before; out->status IMPORT_SKIPPED when it is no log file. On failure nothing is stored, not even
 * a receipt. ERR_ABSENT, ERR_REMOTE, ERR_BUSY as aws/s3.h; ERR_UNREADABLE as ingest/ingest.h;
 * ERR_TIMEOUT; ERR_CANCELLED. */
MUST_USE bool collector_import_object(struct collector *collector, const struct s3_object *object,
                                      int64_t deadline_ms, const atomic_bool *cancel,
                                      struct arena *arena, struct receipt *out, struct err *err);

/* Begins the import of all log files below a prefix that the selection wants (NULL: all), those of
 * Insights and network activity too, and gives its receipt at once (status queued). ERR_BUSY when
 * LIMIT_PREFIX_IMPORTS wait already. */
MUST_USE bool collector_begin_prefix(struct collector *collector, struct span bucket,
                                     struct span prefix, const struct selection *selection,
                                     struct arena *arena, struct receipt *out, struct err *err);

/* The same for objects that are named: 1 to LIMIT_NOTICE_OBJECTS. One that is named twice counts
 * once.
 */
MUST_USE bool collector_begin_objects(struct collector *collector, const struct s3_object *objects,
                                      size_t count, struct arena *arena, struct receipt *out,
                                      struct err *err);

/* What an unfinished import of this process is doing; the receipt in the store is some seconds
 * older. */
struct import_live {
    enum import_status status; /* IMPORT_QUEUED or IMPORT_RUNNING */
    struct import_progress progress;
    struct span skipped;        /* JSON: what `files_skipped` were, by kind, with an example each */
    int64_t records_per_second; /* over the last ten seconds */
    int64_t bytes_per_second;   /* as well */
    int64_t eta_ms;          /* how long it will take; -1: not known, such as while it is listed */
    bool listed;             /* files_listed and bytes_listed are all there is */
    struct span waiting_for; /* why it does not go on (disk full, S3 is busy), or SPAN_NONE */
};

/* False when no such import is under way here: the receipt says what has become of it. */
MUST_USE bool collector_progress(struct collector *collector, int64_t id, struct arena *arena,
                                 struct import_live *out);

/* Ends a prefix import; files that are imported stay, none is imported any more when this returns.
 * `*out_over`: it had ended before, or is not one that can be cancelled. ERR_NOT_FOUND when there
 * is no import with this id, ERR_BUSY when only the next process goes on with it. */
MUST_USE bool collector_cancel(struct collector *collector, int64_t id, bool *out_over,
                               struct err *err);

/* ---- trails ---- */

struct trail_view {
    int64_t id;
    struct span bucket;
    struct span prefix;
    const char *status; /* "starting", "catching up", "following", "failing" */
    bool configured;    /* by --follow: cannot be deleted over the API */
    int64_t from_ms;    /* 0: everything */
    int64_t created_ms;
    int64_t listed_ms; /* the last listing that went well; -1: none yet */
    int64_t swept_ms;  /* when files that came days late were last looked for, everywhere; -1: not
                          yet, or no file came within a week */
    int64_t delivered_ms; /* the newest file's delivery; -1: none yet */
    struct span newest_key;
    int64_t lag_ms; /* now minus delivered_ms; -1: not known */
    int64_t places; /* pairs of account and region */
    int64_t files_done;
    int64_t files_known;
    int64_t files_skipped;
    int64_t files_failed;
    int64_t retries;           /* objects that will be tried again */
    struct span retry_reasons; /* JSON: how many of them wait why, with an example each */
    struct span skipped; /* JSON: what was skipped, by kind, with an example each; Insights and
                            network activity are, other than by imports of prefixes */
    struct span error;   /* of the last listing or object that failed; SPAN_NONE: none lately */
    int64_t error_ms;
};

struct trail_views {
    struct trail_view *trails;
    size_t count;
};

/* Follows from now on, also after a restart; `from_ms` as in struct trail_view. The one there is
 * when bucket and prefix are followed already (`*out_new` false). ERR_BUSY at LIMIT_TRAILS. */
MUST_USE bool collector_follow(struct collector *collector, struct span bucket, struct span prefix,
                               int64_t from_ms, struct arena *arena, struct trail_view *out,
                               bool *out_new, struct err *err);

/* In the order of their ids. */
void collector_list_trails(struct collector *collector, struct arena *arena,
                           struct trail_views *out);

/* ERR_NOT_FOUND when there is none with this id. */
MUST_USE bool collector_get_trail(struct collector *collector, int64_t id, struct arena *arena,
                                  struct trail_view *out, struct err *err);

/* Events stay. ERR_NOT_FOUND; ERR_INVALID for one of --follow. */
MUST_USE bool collector_unfollow(struct collector *collector, int64_t id, struct err *err);

/* ---- notifications ---- */

enum sns_outcome {
    SNS_STORED,    /* what it names is imported, was before, or never can be */
    SNS_CONFIRMED, /* the subscription */
    SNS_IGNORED,   /* a test message or a message about something else */
};

struct sns_result {
    enum sns_outcome outcome;
    int64_t objects;  /* that it named */
    struct span what; /* of SNS_IGNORED: what it was */
};

/* Takes an HTTP delivery of SNS. ERR_INVALID: malformed; ERR_FORBIDDEN: signature or topic, the
 * sentence says which; ERR_BUSY, ERR_TIMEOUT: SNS should deliver it again. */
MUST_USE bool collector_take_sns(struct collector *collector, struct span body, int64_t deadline_ms,
                                 const atomic_bool *cancel, struct arena *arena,
                                 struct sns_result *out, struct err *err);

/* ---- operations ---- */

struct collector_figures {
    int64_t imported; /* objects since the start, by what became of them */
    int64_t known;
    int64_t skipped;
    int64_t failed;
    int64_t bytes;     /* downloaded */
    int64_t under_way; /* objects now */
    int64_t waiting;
    int64_t prefix_imports; /* unfinished */
    int64_t trails;
    int64_t failing_trails;
    int64_t lag_ms;            /* the largest of all trails; -1: not known */
    int64_t retries;           /* objects of trails that will be tried again */
    int64_t messages_received; /* from queues */
    int64_t messages_deleted;
    int64_t messages_failed;
};

void collector_measure(struct collector *collector, struct collector_figures *out);

#endif
