/* The role of an EC2 instance:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 */
#include "aws/credential_http.h"
#include "aws/credential_json.h"
#include "aws/host_label.h"
#include "aws/instance.h"
#include "base/buffer.h"
#include "base/percent.h"

#define CREDENTIALS_PATH "/latest/meta-data/iam/security-credentials/"
#define REGION_PATH      "/latest/meta-data/placement/region"

/* Without an answer nobody can tell whether there is such a service at all. */
static enum way_result no_answer(const struct instance *instance, struct err *err) {
    if (err->kind != ERR_BUSY) {
        (void)err_add(err, "EC2 instance metadata");
        return WAY_FAILED;
    }
    (void)err_set(err, ERR_REMOTE, "%.*s does not answer", SPAN_ARGS(instance->base));
    return WAY_NOT_HERE;
}

/* The first line; an instance has at most one role. */
static enum way_result find_role(const struct instance *instance, struct span *out,
                                 struct err *err) {
    struct transport_answer answer;
    struct span rest;

    if (!instance_get(instance, SPAN(CREDENTIALS_PATH), &answer, err))
        return no_answer(instance, err);
    if (answer.status != 200 && answer.status != 404)
        return instance_refused(instance, &answer, err);
    struct span role = span_trim(answer.body);
    if (span_cut(role, '\n', out, &rest))
        role = span_trim(*out);
    if (answer.status == 404 || role.length == 0) {
        (void)err_set(err, ERR_REMOTE, "the instance has no role");
        return WAY_NOT_HERE;
    }
    *out = role;
    return WAY_FOUND;
}

static struct span path_of(const struct instance *instance, struct span role) {
    struct buffer path;

    buffer_init(&path, 0);
    buffer_append_text(&path, CREDENTIALS_PATH);
    percent_encode(role, &path);
    struct span copy = arena_copy(instance->search->arena, buffer_span(&path));
    buffer_clear(&path);
    return copy;
}

/* The instance said that it has one, so it is no use looking further. */
static enum way_result role_refused(const struct transport_answer *answer, struct span role,
                                    struct err *err) {
    (void)credential_refused(answer, err);
    (void)err_add(err, "EC2 instance metadata: role %.*s", SPAN_ARGS(role));
    return WAY_FAILED;
}

/* Asked only where nobody told one. It need not be known. */
static struct span region_of(const struct instance *instance) {
    struct transport_answer answer;
    struct err ignored = {0};

    if (instance->search->settings->region.data != NULL ||
        !instance_get(instance, SPAN(REGION_PATH), &answer, &ignored) || answer.status != 200)
        return SPAN_NONE;
    struct span region = span_trim(answer.body);
    return is_host_label(region) ? region : SPAN_NONE;
}

static enum way_result credentials_of(const struct instance *instance, struct span role,
                                      struct credentials *out, struct err *err) {
    struct transport_answer answer;

    if (!instance_get(instance, path_of(instance, role), &answer, err)) {
        (void)err_add(err, "EC2 instance metadata");
        return WAY_FAILED;
    }
    if (answer.status != 200)
        return role_refused(&answer, role, err);
    if (!credential_json_read(answer.body, "Token", instance->search->arena, out, err)) {
        (void)err_add(err, "EC2 instance metadata");
        return WAY_FAILED;
    }
    out->origin = "EC2 instance";
    out->region = region_of(instance);
    return WAY_FOUND;
}

enum way_result credentials_from_instance(const struct credential_search *search,
                                          struct credentials *out, struct err *err) {
    struct instance instance;
    struct span role = SPAN_NONE;
    enum way_result result = instance_open(search, &instance, err);

    if (result == WAY_FOUND)
        result = find_role(&instance, &role, err);
    if (result == WAY_FOUND)
        result = credentials_of(&instance, role, out, err);
    return result;
}
