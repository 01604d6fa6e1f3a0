/* The operations of CloudTrail's own API that are answered (AWS CloudTrail API Reference). */
#ifndef TRAILD_HANDLERS_AWS_OPERATIONS_H
#define TRAILD_HANDLERS_AWS_OPERATIONS_H

#include "handlers/aws_json.h"

aws_operation lookup_events; /* LookupEvents */

/* For the trails that are followed: */
aws_operation describe_trails;       /* DescribeTrails */
aws_operation get_trail;             /* GetTrail */
aws_operation list_trails;           /* ListTrails */
aws_operation get_trail_status;      /* GetTrailStatus */
aws_operation get_event_selectors;   /* GetEventSelectors */
aws_operation get_insight_selectors; /* GetInsightSelectors */
aws_operation list_tags;             /* ListTags */

#endif
