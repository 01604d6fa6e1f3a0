/* All endpoints: a handler each, and the parameters that it declares. */
#ifndef TRAILD_HANDLERS_ENDPOINTS_H
#define TRAILD_HANDLERS_ENDPOINTS_H

#include "handlers/call.h"

extern const struct parameter_list events_parameters;
call_handler events_answer; /* GET /v1/events */

extern const struct parameter_list event_parameters;
call_handler event_answer; /* GET /v1/events/{event_id} */

extern const struct parameter_list upload_parameters;
call_handler upload_answer; /* POST /v1/imports */

extern const struct parameter_list imports_parameters;
call_handler imports_answer;       /* GET /v1/imports */
call_handler import_answer;        /* GET /v1/imports/{id} */
call_handler import_cancel_answer; /* DELETE /v1/imports/{id} */

call_handler import_s3_answer; /* POST /v1/imports/s3 */

extern const struct parameter_list rejected_parameters;
call_handler rejected_answer; /* GET /v1/imports/{id}/rejected */

call_handler trails_answer;         /* GET /v1/trails */
call_handler trail_follow_answer;   /* POST /v1/trails */
call_handler trail_answer;          /* GET /v1/trails/{id} */
call_handler trail_unfollow_answer; /* DELETE /v1/trails/{id} */

call_handler sns_answer; /* POST /v1/notifications/sns */

extern const struct parameter_list aws_parameters;
call_handler aws_answer; /* POST /, AWS's own protocol */

call_handler health_answer;  /* GET /healthz */
call_handler ready_answer;   /* GET /readyz */
call_handler metrics_answer; /* GET /metrics */

call_handler contract_yaml_answer; /* GET /openapi.yaml */
call_handler contract_json_answer; /* GET /openapi.json */

#endif
