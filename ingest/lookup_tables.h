/* The words in which the tables of rules are written. For lookup_tables.c and the like alone. */
#ifndef TRAILD_INGEST_LOOKUP_TABLES_H
#define TRAILD_INGEST_LOOKUP_TABLES_H

#include "base/macros.h"
#include "ingest/lookup_rules.h"

#define TEXT(literal)                                                                              \
    { "" literal, sizeof(literal) - 1 }
#define NONE                                                                                       \
    { NULL, 0 }

/* A member wherever it stands, one in a parent, and one of an event whose name has `action`. */
#define RULE(member, type)                                                                         \
    { NONE, TEXT(member), NONE, TEXT("AWS::" type) }
#define IN(parent, member, type)                                                                   \
    { TEXT(parent), TEXT(member), NONE, TEXT("AWS::" type) }
#define WHEN(action, member, type)                                                                 \
    { NONE, TEXT(member), TEXT(action), TEXT("AWS::" type) }
#define REQUEST(action, member, type)                                                              \
    { TEXT("requestParameters"), TEXT(member), TEXT(action), TEXT("AWS::" type) }
/* The value tells the type. */
#define TOLD(member)                                                                               \
    { NONE, TEXT(member), NONE, NONE }
#define TOLD_IN(parent, member)                                                                    \
    { TEXT(parent), TEXT(member), NONE, NONE }

/* Behind the rules of a service, which bear its name. */
#define SERVICE(name)                                                                              \
    const struct lookup_rules lookup_##name##_rules = {TEXT(#name), name, ARRAY_LENGTH(name)}

/* lookup_tables_history.c */
extern const struct lookup_rules lookup_autoscaling_rules;
extern const struct lookup_rules lookup_cloudtrail_rules;
extern const struct lookup_rules lookup_codepipeline_rules;
extern const struct lookup_rules lookup_ec2_rules;
extern const struct lookup_rules lookup_elasticloadbalancing_rules;
extern const struct lookup_rules lookup_iam_rules;
extern const struct lookup_rules lookup_rds_rules;
extern const struct lookup_rules lookup_redshift_rules;

#endif
