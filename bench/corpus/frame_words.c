/* The words that stand for what the scene holds: its caller, its action and how that went. */
#include "bench/corpus/words.h"

#include <string.h>

#include "bench/corpus/frame.h"
#include "bench/corpus/script.h"

static bool has_trait(const struct scene *scene, unsigned trait) {
    return (scene->action->row->traits & trait) != 0;
}

static void write_or_null(const struct template *template, struct scene *scene,
                          struct buffer *out) {
    if (template->count == 0)
        buffer_append(out, SPAN("null"));
    else
        template_write(template, scene, out);
}

WORD(write_version) {
    buffer_append(out, SPAN("1."));
    if (scene->action->minor_version >= 10)
        buffer_append_byte(out, '1');
    else
        buffer_append_byte(out, '0');
    buffer_append_byte(out, (char)('0' + scene->action->minor_version % 10));
}

WORD(write_identity) {
    scene->identity_start = out->length;
    template_write(&scene->caller->identity, scene, out);
    scene->identity_end = out->length;
}

/* The ARN as it stands in userIdentity, for messages that quote it. */
WORD(write_identity_arn) {
    struct span identity = {out->data + scene->identity_start,
                            scene->identity_end - scene->identity_start};
    const char *arn = memmem(identity.data, identity.length, "\"arn\":\"", 7);

    if (arn == NULL) {
        buffer_append(out, SPAN("anonymous"));
        return;
    }
    size_t start = (size_t)(arn + 7 - out->data);
    size_t length = (size_t)((char *)memchr(arn + 7, '"', scene->identity_end - start) - arn - 7);
    char *room = buffer_reserve(out, length);
    memcpy(room, out->data + start, length);
    out->length += length;
}

WORD(write_service) {
    buffer_append_text(out, scene->action->row->service);
}

WORD(write_action) {
    buffer_append_text(out, scene->action->row->name);
}

WORD(write_caller) {
    template_write(&scene->caller->own_name.as_caller, scene, out);
}

WORD(write_session) {
    template_write(&scene->caller->session_name.as_caller, scene, out);
}

WORD(write_target) {
    template_write(&scene->action->target->own_name.as_target, scene, out);
}

WORD(write_target_session) {
    template_write(&scene->action->target->session_name.as_target, scene, out);
}

WORD(write_from) {
    template_write(&scene->caller->address, scene, out);
}

/* S3 writes the agent in brackets. */
WORD(write_agent) {
    if (has_trait(scene, TRAIT_S3))
        buffer_append_byte(out, '[');
    template_write(&scene->caller->agent, scene, out);
    if (has_trait(scene, TRAIT_S3))
        buffer_append_byte(out, ']');
}

/* A sign-in that fails has an errorMessage alone. */
WORD(write_error) {
    const struct template *message = &scene->action->failure;

    if (scene->failure != NULL) {
        buffer_append(out, SPAN(",\"errorCode\":\""));
        buffer_append_text(out, scene->failure->row->code);
        buffer_append_byte(out, '"');
        message = &scene->failure->message;
    }
    if (message->count == 0)
        return;
    buffer_append(out, SPAN(",\"errorMessage\":\""));
    template_write(message, scene, out);
    buffer_append_byte(out, '"');
}

WORD(write_request) {
    if (scene->failure != NULL && scene->failure->row->refused)
        buffer_append(out, SPAN("null"));
    else
        write_or_null(&scene->action->request, scene, out);
}

WORD(write_response) {
    if (scene->failure != NULL)
        buffer_append(out, SPAN("null"));
    else
        write_or_null(&scene->action->response, scene, out);
}

WORD(write_additional) {
    template_write(&scene->action->additional, scene, out);
}

WORD(write_resources) {
    template_write(&scene->action->resources, scene, out);
}

WORD(write_event_id) {
    buffer_append_text(out, scene->event_id);
}

WORD(write_event_type) {
    buffer_append_text(out, frame_event_type(scene));
}

WORD(write_effect) {
    buffer_append_text(out, scene->action->row->effect == EFFECT_READ ? "true" : "false");
}

WORD(write_api) {
    buffer_append_text(out, scene->action->row->api_version);
}

static const struct {
    const char *name;
    word_writer *write;
} words[] = {
    {"version", write_version},
    {"identity", write_identity},
    {"identity-arn", write_identity_arn},
    {"service", write_service},
    {"action", write_action},
    {"caller", write_caller},
    {"session", write_session},
    {"target", write_target},
    {"target-session", write_target_session},
    {"from", write_from},
    {"agent", write_agent},
    {"error", write_error},
    {"request", write_request},
    {"response", write_response},
    {"event-id", write_event_id},
    {"event-type", write_event_type},
    {"effect", write_effect},
    {"api", write_api},
    {"additional-data", write_additional},
    {"resource-list", write_resources},
};

word_writer *frame_word_find(struct span name) {
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (span_equal(name, span_of(words[i].name)))
            return words[i].write;
    }
    return NULL;
}
