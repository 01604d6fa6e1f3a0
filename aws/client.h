/* What requests to AWS share: settings, credentials, endpoints, the regions of buckets as they were
 * learnt, and how far the clock of this machine is off.
 *
 * Where to look in this folder:
 *
 *   a request goes out    call, sign*, endpoint, transport, incoming, speed
 *   when it fails         refusal, retry
 *   who we are            credential*, settings, profile, ini, instance, sts, command*
 *   what is asked         s3*, list_answer, sqs*
 *   what comes to us      sns*, certificate; verify*, which is the other side of sign
 */
#ifndef TRAILD_AWS_CLIENT_H
#define TRAILD_AWS_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/macros.h"
#include "base/span.h"

struct transport;

/* Any thread. */
struct aws_client;

/* `variable` is getenv or a test's. Reads settings and asks nobody: credentials are looked for at
 * the first request. ERR_INVALID when a setting makes no sense. */
MUST_USE bool aws_client_open(char *(*variable)(const char *name), struct aws_client **out,
                              struct err *err);

/* After its channels. */
void aws_client_close(struct aws_client *client);

/* The PEM file of those who are trusted; NULL: whom the system trusts. As long as the client. */
const char *aws_client_ca_bundle(const struct aws_client *client);

/* One thread's way to AWS; keeps connections. */
struct aws_channel;

struct aws_channel *aws_channel_open(struct aws_client *client);
void aws_channel_close(struct aws_channel *channel);

/* For requests that are not signed: certificates, confirmations. Belongs to the channel. */
struct transport *aws_channel_transport(struct aws_channel *channel);

#endif
