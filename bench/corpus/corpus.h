/* A made-up organization's CloudTrail, record by record: many accounts, regions, services and every
 * kind of caller, in the proportions of real logs. The same options give the same bytes.
 *
 *     struct corpus_options options = corpus_defaults();
 *     struct corpus *corpus = corpus_new(&options);
 *     corpus_record(corpus, &out);             // appends one JSON object
 *     corpus_last(corpus)->event_id ...        // what stands in it
 *     corpus_free(corpus);
 *
 * Any 2,000 records of corpus_record in a row hold every RAM action and every kind of caller.
 * A corpus belongs to one thread. */
#ifndef TRAILD_BENCH_CORPUS_CORPUS_H
#define TRAILD_BENCH_CORPUS_CORPUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/span.h"

struct corpus_options {
    uint64_t seed;
    int accounts;    /* 1 to CORPUS_MAX_ACCOUNTS */
    int regions;     /* 1 to CORPUS_MAX_REGIONS */
    int64_t from_ms; /* of eventTime, inclusive */
    int64_t to_ms;   /* exclusive, at least an hour later */
};

#define CORPUS_MAX_ACCOUNTS 1000
#define CORPUS_MAX_REGIONS  12

/* Seed 1, 60 accounts, 6 regions, the 30 days before 2026-11-01. */
struct corpus_options corpus_defaults(void);

/* Each category has log files of its own. */
enum corpus_category {
    CORPUS_EVENTS, /* management and data events */
    CORPUS_INSIGHT,
    CORPUS_NETWORK_ACTIVITY,
};

/* Where and when a record shall have happened. */
struct corpus_place {
    int account; /* below options.accounts */
    int region;  /* below options.regions */
    enum corpus_category category;
    int64_t time_ms; /* cut to the second */
    bool late;       /* delivered much later: the record says so in its addendum */
};

/* What stands in a record, known from how it was made; borrowed until the next record. A value
 * that the record lacks is SPAN_NONE. */
struct corpus_facts {
    int64_t time_ms;
    struct span event_id;
    struct span account; /* recipientAccountId */
    struct span region;
    struct span service; /* eventSource without .amazonaws.com; SPAN_NONE in Insight events */
    struct span action;  /* eventName; SPAN_NONE in Insight events */
    struct span event_type;
    struct span user_name;  /* as LookupEvents would show it */
    struct span access_key; /* of userIdentity */
    const char *caller;     /* the kind of caller, see corpus_caller */
    const char *kind;       /* the principal kind by the rules of ingest/principal.h, or NULL */
    bool read_only;
    bool failed; /* errorCode or errorMessage is there */
};

struct corpus;

struct corpus *corpus_new(const struct corpus_options *options);
void corpus_free(struct corpus *corpus);

/* Appends a record of any account, region, time and category; no white space around it. */
void corpus_record(struct corpus *corpus, struct buffer *out);

/* The same, there and then. */
void corpus_record_at(struct corpus *corpus, const struct corpus_place *place, struct buffer *out);

/* A place drawn as corpus_record does: busy accounts and working hours more often. */
struct corpus_place corpus_draw_place(struct corpus *corpus);

const struct corpus_facts *corpus_last(const struct corpus *corpus);

/* The name of the kind of caller of that number, counted from 0; NULL behind the last. */
const char *corpus_caller(const struct corpus *corpus, size_t number);

struct span corpus_account_id(const struct corpus *corpus, int account);
struct span corpus_region_name(int region);

#endif
