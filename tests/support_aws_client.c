#include "tests/support_aws_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* getenv gives what may be written to, so these are no literals. */
static struct {
    const char *name;
    char value[256];
} variables[] = {
    {"AWS_ENDPOINT_URL", ""},
    {"AWS_MAX_ATTEMPTS", ""},
    {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
    {"AWS_SECRET_ACCESS_KEY", "secretEXAMPLE"},
    {"AWS_REGION", "us-east-1"},
    {"AWS_CONFIG_FILE", "/dev/null"},
    {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
    {"AWS_EC2_METADATA_DISABLED", "true"},
};

char *aws_variable(const char *name) {
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        if (strcmp(variables[i].name, name) == 0)
            return variables[i].value;
    }
    return NULL;
}

void aws_variables_for(const char *url, const char *max_attempts) {
    snprintf(variables[0].value, sizeof(variables[0].value), "%s", url);
    snprintf(variables[1].value, sizeof(variables[1].value), "%s", max_attempts);
}

struct aws_client *aws_client_for(const char *url, const char *max_attempts) {
    struct aws_client *client = NULL;
    struct err err = {0};

    aws_variables_for(url, max_attempts);
    if (!aws_client_open(aws_variable, &client, &err)) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    return client;
}

void aws_world_open(struct aws_world *world, fake_answer_function answer, void *context,
                    const char *max_attempts) {
    *world = (struct aws_world){.server = fake_http_start(answer, context)};
    world->client = aws_client_for(fake_http_url(world->server), max_attempts);
    world->channel = aws_channel_open(world->client);
}

void aws_world_close(struct aws_world *world) {
    aws_channel_close(world->channel);
    aws_client_close(world->client);
    fake_http_stop(world->server);
    arena_clear(&world->arena);
}

bool signed_for(struct aws_world *world, size_t number, const char *scope) {
    struct span line = fake_field(fake_http_request(world->server, number), "Authorization");

    return memmem(line.data, line.length, scope, strlen(scope)) != NULL;
}
