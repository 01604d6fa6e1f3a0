/* A client of AWS that talks to a server of the test's own. One at a time. */
#ifndef TRAILD_TESTS_SUPPORT_AWS_CLIENT_H
#define TRAILD_TESTS_SUPPORT_AWS_CLIENT_H

#include "aws/client.h"
#include "base/arena.h"
#include "tests/support_fake_http.h"

/* Key AKIDEXAMPLE, region us-east-1; what is set in the environment does not count. `url` is
 * copied.
 */
struct aws_client *aws_client_for(const char *url, const char *max_attempts);

/* What it is opened with, for those who open it themselves. */
char *aws_variable(const char *name);
void aws_variables_for(const char *url, const char *max_attempts);

/* A server of the test's own, and a client with one channel that talks to it. */
struct aws_world {
    struct fake_http *server;
    struct aws_client *client;
    struct aws_channel *channel;
    struct arena arena;
};

void aws_world_open(struct aws_world *world, fake_answer_function answer, void *context,
                    const char *max_attempts);
/* What of it was never opened may be NULL. */
void aws_world_close(struct aws_world *world);

/* Whether the n-th request was signed for this, as `/eu-west-1/s3/` or another part of that line.
 */
bool signed_for(struct aws_world *world, size_t number, const char *scope);

#endif
