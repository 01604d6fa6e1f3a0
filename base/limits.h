/* Every limit on what comes from outside, with its unit. Those that settings can change say so. */
#ifndef TRAILD_BASE_LIMITS_H
#define TRAILD_BASE_LIMITS_H

#define KIB (INT64_C(1) << 10)
#define MIB (INT64_C(1) << 20)
#define GIB (INT64_C(1) << 30)

/* A log file. AWS allows 256 KB an event, 1 MB in a Lake export. */
#define LIMIT_RECORD_BYTES         (1 * MIB)
#define LIMIT_RECORD_DEPTH         128
#define LIMIT_RESOURCES_PER_RECORD 1000
#define LIMIT_LOOKUP_RESOURCES     1000        /* of one event; more are left out */
#define LIMIT_LOOKUP_NAME_BYTES    2000        /* of one; a longer name cannot be asked for */
#define LIMIT_REJECTED_BYTES       (256 * MIB) /* of one file */
#define LIMIT_REJECTED_PER_FILE    100000
#define DEFAULT_MAX_INFLATED       (8 * GIB) /* --max-inflated */
#define DEFAULT_MAX_UPLOAD         (2 * GIB) /* --max-upload */
#define LIMIT_SOURCE_BYTES         2048

/* A request. */
#define LIMIT_TARGET_BYTES    (16 * KIB) /* path and query as sent */
#define LIMIT_PARAMETERS      256        /* in one query string */
#define LIMIT_PARAMETER_BYTES 2048       /* one decoded value */
#define LIMIT_PAGE            1000       /* ?limit= */
#define DEFAULT_PAGE          100
#define LIMIT_PAGE_BYTES      (16 * MIB) /* record bytes on a page; a page ends early there */
#define LIMIT_QUERY_SECONDS   30

/* A request of AWS's protocol. */
#define LIMIT_AWS_REQUEST_BYTES (128 * KIB)
#define LIMIT_LOOKUP_ATTRIBUTES 16   /* of one LookupEvents */
#define LIMIT_LOOKUP_VALUE      2000 /* characters of one, some of which count twice */
#define LIMIT_LOOKUP_PAGE       50   /* MaxResults */
#define LIMIT_LOOKUP_TAGGED     20   /* ResourceIdList of ListTags */

/* What S3 and its notifications bring. */
#define LIMIT_BUCKET_BYTES       255  /* 63 of a bucket made today, 255 of an old one */
#define LIMIT_KEY_BYTES          1024 /* of an object */
#define LIMIT_ETAG_BYTES         256
#define LIMIT_NOTICE_BYTES       (1 * MIB)  /* as SQS */
#define LIMIT_NOTICE_OBJECTS     1000       /* named in one message */
#define LIMIT_CERTIFICATE_BYTES  (64 * KIB) /* PEM, with those that vouch for it */
#define LIMIT_CERTIFICATES       6          /* of one chain */
#define LIMIT_SNS_CERTIFICATES   64         /* kept, by URL */
#define LIMIT_SNS_TEXT_BYTES     2048       /* a URL, a token, an ARN in SNS's messages */
#define LIMIT_QUEUE_ANSWER_BYTES (24 * MIB) /* ten messages of SQS, as JSON */
#define LIMIT_SNS_DELIVERIES     256        /* messages whose files are being fetched */

/* A signed request. */
#define LIMIT_ACCESS_KEY_BYTES 128
#define LIMIT_SCOPE_BYTES      64  /* a region, a service */
#define LIMIT_SIGNED_FIELDS    100 /* named as signed */
#define LIMIT_NAME_BYTES       256 /* one name of them */

/* Imports from S3. */
#define LIMIT_DOWNLOADS      64   /* --downloads */
#define LIMIT_PREFIX_IMPORTS 100  /* that wait or run at a time */
#define LIMIT_ALLOWED        1000 /* --s3-allow */
#define LIMIT_TRAILS         1000
#define LIMIT_PLACES         200000 /* accounts times regions of one trail */
#define LIMIT_SELECTED       1000   /* accounts, or regions, of one import */
#define LIMIT_BODY_VALUES    2500   /* in a JSON body, those in lists too */
#define LIMIT_VERSION_BYTES  1024   /* an object's version id */

/* Answers of AWS's services. */
#define LIMIT_ANSWER_BYTES   (8 * MIB)  /* a body that is kept; a list of 1,000 long keys has 4 */
#define LIMIT_REFUSAL_BYTES  (64 * KIB) /* kept of a body with another status than 2xx */
#define LIMIT_ANSWER_FIELDS  100        /* lines of its head */
#define LIMIT_ANSWER_HEAD    (32 * KIB)
#define LIMIT_XML_DEPTH      16
#define LIMIT_XML_TEXT       (8 * KIB) /* of one element; an escaped key has 3 KiB */
#define LIMIT_BUCKETS_LEARNT 10000     /* whose regions are remembered */
#define LIMIT_EMPTY_PAGES    1000      /* of a list, one after the other */
#define LIMIT_FOLDERS        100000    /* in one folder, with the objects there */

/* Credentials and settings of AWS, from files, commands and services of the machine. */
#define LIMIT_AWS_FILE_BYTES    (1 * MIB)
#define LIMIT_AWS_FILE_VALUES   10000
#define LIMIT_AWS_PROFILE_CHAIN 8          /* source_profile of a source_profile... */
#define LIMIT_TOKEN_FILE_BYTES  (64 * KIB) /* a web identity or container token */
#define LIMIT_CREDENTIAL_ANSWER (64 * KIB) /* of metadata services, STS, a credential_process */
#define LIMIT_CREDENTIAL_BYTES  (16 * KIB) /* one key, secret or token */

/* Errors and receipts carry sentences, not documents. */
#define LIMIT_ERROR_TEXT 512

#endif
