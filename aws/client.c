#include "aws/client.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/bucket_regions.h"
#include "aws/client_state.h"
#include "aws/endpoint.h"
#include "aws/transport.h"
#include "base/memory.h"

#define USER_AGENT       "traild/" TRAILD_VERSION
#define DEFAULT_ATTEMPTS 5

struct aws_client {
    struct aws_settings *settings;
    struct credential_chain *credentials;
    char *ca_bundle; /* owned; NULL: the system's */
    struct aws_clock clock;
    atomic_bool let_in;
    pthread_mutex_t lock;
    struct bucket_regions regions; /* under the lock */
};

struct aws_channel {
    struct aws_client *client;
    struct transport *transport;
};

/* Finds a wrong region or endpoint at the start and not in the night. */
static bool settings_make_sense(const struct aws_client *client, struct err *err) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span region = client->settings->region;
    const struct endpoint_question question = {
        .settings = client->settings,
        .service = "s3",
        .region = region.data != NULL ? region : SPAN(ENDPOINT_DEFAULT_REGION),
        .path = SPAN("/")};
    struct endpoint endpoint;

    return endpoint_find(&question, &arena, &endpoint, err);
}

/* Certificates are read anew for each connection; a path that is wrong shows now. */
static bool bundle_can_be_read(const struct aws_client *client, struct err *err) {
    struct span path = client->settings->ca_bundle;
    struct stat status;

    if (path.data == NULL)
        return true;
    char *CLEANUP(memory_free_at) name = memory_copy_text(path.data, path.length);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    bool good = file >= 0 && fstat(file, &status) == 0;
    if (!good)
        err_set(err, ERR_INVALID, "AWS_CA_BUNDLE or ca_bundle: %s: %s", name, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        good = err_set(err, ERR_INVALID, "AWS_CA_BUNDLE or ca_bundle: %s is no file", name);
    if (file >= 0)
        close(file);
    return good;
}

bool aws_client_open(char *(*variable)(const char *name), struct aws_client **out,
                     struct err *err) {
    struct aws_client *client = memory_new(1, sizeof(*client));

    if (!aws_settings_open(variable, &client->settings, err)) {
        free(client);
        return false;
    }
    if (!settings_make_sense(client, err) || !bundle_can_be_read(client, err)) {
        aws_settings_close(client->settings);
        free(client);
        return false;
    }
    struct span bundle = client->settings->ca_bundle;
    if (bundle.data != NULL)
        client->ca_bundle = memory_copy_text(bundle.data, bundle.length);
    client->credentials = credential_chain_open(variable, &client->clock);
    pthread_mutex_init(&client->lock, NULL);
    *out = client;
    return true;
}

void aws_client_close(struct aws_client *client) {
    if (client == NULL)
        return;
    credential_chain_close(client->credentials);
    aws_settings_close(client->settings);
    bucket_regions_clear(&client->regions);
    pthread_mutex_destroy(&client->lock);
    free(client->ca_bundle);
    free(client);
}

const char *aws_client_ca_bundle(const struct aws_client *client) {
    return client->ca_bundle;
}

struct aws_channel *aws_channel_open(struct aws_client *client) {
    const struct transport_config config = {.ca_bundle = client->ca_bundle,
                                            .user_agent = USER_AGENT};
    struct aws_channel *channel = memory_new(1, sizeof(*channel));

    channel->client = client;
    channel->transport = transport_open(&config);
    return channel;
}

void aws_channel_close(struct aws_channel *channel) {
    if (channel == NULL)
        return;
    transport_close(channel->transport);
    free(channel);
}

struct transport *aws_channel_transport(struct aws_channel *channel) {
    return channel->transport;
}

struct aws_client *aws_channel_client(struct aws_channel *channel) {
    return channel->client;
}

const struct aws_settings *aws_client_settings(const struct aws_client *client) {
    return client->settings;
}

struct credential_chain *aws_client_credentials(struct aws_client *client) {
    return client->credentials;
}

int64_t aws_client_attempts(const struct aws_client *client) {
    int64_t told = client->settings->max_attempts;

    return told > 0 ? told : DEFAULT_ATTEMPTS;
}

struct span aws_client_bucket_region(struct aws_client *client, struct span bucket,
                                     struct arena *arena) {
    pthread_mutex_lock(&client->lock);
    struct span region = arena_copy(arena, bucket_regions_find(&client->regions, bucket));
    pthread_mutex_unlock(&client->lock);
    return region;
}

void aws_client_learn_region(struct aws_client *client, struct span bucket, struct span region) {
    pthread_mutex_lock(&client->lock);
    bucket_regions_learn(&client->regions, bucket, region);
    pthread_mutex_unlock(&client->lock);
}

void aws_client_note_let_in(struct aws_client *client) {
    atomic_store(&client->let_in, true);
}

bool aws_client_was_let_in(struct aws_client *client) {
    return atomic_load(&client->let_in);
}

struct aws_clock *aws_client_clock(struct aws_client *client) {
    return &client->clock;
}
