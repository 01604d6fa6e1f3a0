/* The inside of a client, for calls. Any thread. */
#ifndef TRAILD_AWS_CLIENT_STATE_H
#define TRAILD_AWS_CLIENT_STATE_H

#include <stdint.h>

#include "aws/client.h"
#include "aws/clock.h"
#include "aws/credentials.h"
#include "aws/settings.h"
#include "base/arena.h"
#include "base/span.h"

struct aws_client *aws_channel_client(struct aws_channel *channel);
const struct aws_settings *aws_client_settings(const struct aws_client *client);
struct credential_chain *aws_client_credentials(struct aws_client *client);
int64_t aws_client_attempts(const struct aws_client *client);

/* A copy in the arena; SPAN_NONE: not known. */
struct span aws_client_bucket_region(struct aws_client *client, struct span bucket,
                                     struct arena *arena);
void aws_client_learn_region(struct aws_client *client, struct span bucket, struct span region);

struct aws_clock *aws_client_clock(struct aws_client *client);

/* AWS has let us in with some credentials: where they are not good any more, others may come. */
void aws_client_note_let_in(struct aws_client *client);
bool aws_client_was_let_in(struct aws_client *client);

#endif
