/* A client of AWS that talks to a server of the test's own. One at a time. */
#ifndef TRAILD_TESTS_SUPPORT_AWS_CLIENT_H
#define TRAILD_TESTS_SUPPORT_AWS_CLIENT_H

#include "aws/client.h"

/* Key AKIDEXAMPLE, region us-east-1; what is set in the environment does not count. `url` is
 * copied.
 */
struct aws_client *aws_client_for(const char *url, const char *max_attempts);

/* What it is opened with, for those who open it themselves. */
char *aws_variable(const char *name);
void aws_variables_for(const char *url, const char *max_attempts);

#endif
