/* The API actions and other happenings that the corpus knows: what their records hold. */
#ifndef TRAILD_BENCH_CORPUS_ACTION_H
#define TRAILD_BENCH_CORPUS_ACTION_H

#include <stddef.h>
#include <stdint.h>

/* Which callers do it; a caller lists what it does. */
enum deed {
    DEED_CALL = 1 << 0,         /* what people and programs with credentials do */
    DEED_BY_SERVICE = 1 << 1,   /* type AWSService */
    DEED_SERVICE_ROLE = 1 << 2, /* a service's own role */
    DEED_FORWARDED = 1 << 3,    /* a service with the caller's credentials */
    DEED_OTHER_ACCOUNT = 1 << 4,
    DEED_ANONYMOUS = 1 << 5,
    DEED_SAML = 1 << 6,
    DEED_WEB_IDENTITY = 1 << 7,
    DEED_IDENTITY_CENTER = 1 << 8,
    DEED_DIRECTORY = 1 << 9,
    DEED_ROOT_SIGN_IN = 1 << 10,
    DEED_USER_SIGN_IN = 1 << 11,
    DEED_ROLE_SIGN_IN = 1 << 12,
    DEED_FAILED_SIGN_IN = 1 << 13,
    DEED_SERVICE_EVENT = 1 << 14,
    DEED_INSIGHT = 1 << 15,
    DEED_NETWORK = 1 << 16,
    DEED_CONSOLE = 1 << 17, /* what a person does in the console only */
};

enum effect {
    EFFECT_READ,
    EFFECT_WRITE,
};

/* The order of fields is that of a record; texts are templates, NULL where there is nothing. */
struct action {
    const char *service; /* eventSource without .amazonaws.com */
    const char *name;
    enum effect effect;
    unsigned weight; /* how often, among the actions that a caller does */
    unsigned deeds;  /* bits of enum deed */
    const char *request;
    const char *response;
    const char *additional; /* additionalEventData, or serviceEventDetails of a service event */
    const char *resources;
    const char *api_version;
    const char *target;  /* name of the caller whose sessions this gives out */
    const char *failure; /* errorMessage of a sign-in that fails */
    unsigned traits;     /* bits of enum trait */
};

enum trait {
    TRAIT_GLOBAL = 1 << 0,  /* recorded in us-east-1 only */
    TRAIT_DATA = 1 << 1,    /* a data event */
    TRAIT_SHARED = 1 << 2,  /* seen by two accounts: sharedEventID */
    TRAIT_CONSOLE = 1 << 3, /* eventType AwsConsoleAction */
    TRAIT_S3 = 1 << 4,      /* request ids of 16 letters, the bucket in the host name */
};

struct action_table {
    const struct action *actions;
    size_t count;
};

/* One table a file: actions_*.c */
struct action_table actions_ram(void);
struct action_table actions_storage(void);
struct action_table actions_data(void);
struct action_table actions_compute(void);
struct action_table actions_network(void);
struct action_table actions_identity(void);
struct action_table actions_operations(void);
struct action_table actions_sign_in(void);
struct action_table actions_service(void);

#endif
