/* What the key of an object says about it, before anything is fetched: CloudTrail's layout of keys
 * ("Finding your CloudTrail log files" in the user guide):
 *
 *     [before/]AWSLogs/[o-organization/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/
 *         ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_RANDOM.json.gz
 *
 * Inside of AWSLogs/ the folders tell; a copy of a log file elsewhere is known by its name. */
#ifndef TRAILD_COLLECT_KEY_LAYOUT_H
#define TRAILD_COLLECT_KEY_LAYOUT_H

#include <stdint.h>

#include "base/span.h"

enum key_kind {
    KEY_LOG,              /* by its place or its name: events are in it */
    KEY_DIGEST,           /* CloudTrail-Digest/: hashes of log files */
    KEY_INSIGHT,          /* CloudTrail-Insight/ */
    KEY_NETWORK_ACTIVITY, /* CloudTrail-NetworkActivity/ */
    KEY_AGGREGATED,       /* CloudTrail-Aggregated/: counts of events that are also in log files */
    KEY_LAKE,             /* CloudTrail-Lake/: results of queries */
    KEY_OTHER_SERVICE,    /* Config/, elasticloadbalancing/, vpcflowlogs/... */
    KEY_FOLDER,           /* ends in '/': an empty object that consoles make */
    KEY_FOREIGN,          /* nothing we know */
    KEY_KINDS,
};

struct key_facts {
    enum key_kind kind;
    enum key_kind place; /* of the folders alone, whatever lies in them; KEY_FOREIGN: none */
    struct span before;  /* what precedes `AWSLogs/`: "" or ending in '/'; SPAN_NONE: not in one */
    struct span organization; /* SPAN_NONE: not told, as for the next two */
    struct span account;
    struct span region;
    int64_t day_ms;       /* of the folders; -1: not told */
    int64_t delivered_ms; /* of the name, to the minute; -1: not told */
};

/* Its spans point into `key`. Takes any bytes. */
struct key_facts key_facts_of(struct span key);

/* What follows the account in the folders of a kind, as "CloudTrail/"; "" for those that have none
 * of their own. */
struct span key_kind_folder(enum key_kind kind);

/* As the API names it: "log", "digest", "network_activity"... */
const char *key_kind_word(enum key_kind kind);

/* The last folder of a path that ends in '/', without its slash. */
struct span key_folder_name(struct span folder);

/* Twelve digits. */
bool key_is_account(struct span text);
/* Letters, digits and dashes, at most 32. Which regions there are is AWS's to say. */
bool key_is_region(struct span text);

#endif
