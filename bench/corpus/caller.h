/* The kinds of caller that CloudTrail tells apart in userIdentity. */
#ifndef TRAILD_BENCH_CORPUS_CALLER_H
#define TRAILD_BENCH_CORPUS_CALLER_H

#include <stddef.h>
#include <stdint.h>

/* Texts are templates, NULL where there is nothing. */
struct caller {
    const char *name; /* what corpus_facts.caller says */
    const char *kind; /* the principal kind that the rules of ingest/principal.h give it */
    unsigned weight;  /* how often, among all callers */
    unsigned deeds;   /* bits of enum deed */
    const char *identity;
    const char *own_name;     /* of user or role: <caller>, <target> */
    const char *session_name; /* <session>, <target-session> */
    const char *listed_name;  /* Username of LookupEvents */
    const char *address;
    const char *agent;
    unsigned population;      /* how many of them a large account has; 0: one */
    unsigned parallel;        /* sessions of each at one time; 0: one */
    unsigned session_minutes; /* how long a session lasts; 0: for ever */
    unsigned traits;          /* bits of enum caller_trait */
};

enum caller_trait {
    CALLER_TLS = 1 << 0,     /* connects itself: tlsDetails */
    CALLER_CONSOLE = 1 << 1, /* sessionCredentialFromConsole */
    CALLER_KEEPS = 1 << 2,   /* does the same few things most of the time */
    CALLER_FAILS = 1 << 3,   /* is refused now and then */
    CALLER_ABROAD = 1 << 4,  /* its account is another than the recipient's */
};

struct caller_table {
    const struct caller *callers;
    size_t count;
};

/* One table a file: callers_*.c */
struct caller_table callers_people(void);
struct caller_table callers_roles(void);
struct caller_table callers_others(void);

#endif
