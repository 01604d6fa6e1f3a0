/* What the URLs of a message lead to, over the network: certificates and confirmations. */
#include "aws/sns.h"
#include "aws/transport.h"
#include "base/limits.h"

#define CONNECT_MS INT64_C(3000)
#define TOTAL_MS   INT64_C(6000)

/* What says 404 or 403 today will say so tomorrow; 429 and 5xx pass. */
static bool read_answer(const struct transport_answer *answer, struct span url,
                        struct span *out_body, struct err *err) {
    struct span shown = url;
    struct span query;

    /* The query of a SubscribeURL holds the token that confirms. */
    (void)!span_cut(url, '?', &shown, &query);
    if (shown.length > 200)
        shown.length = 200;
    if (answer->status == 200) {
        *out_body = answer->body;
        return true;
    }
    if (answer->status >= 500 || answer->status == 429)
        return err_set(err, ERR_BUSY, "%.*s: HTTP %d", SPAN_ARGS(shown), answer->status);
    return err_set(err, answer->status >= 400 ? ERR_ABSENT : ERR_REMOTE, "%.*s: HTTP %d",
                   SPAN_ARGS(shown), answer->status);
}

static bool get(struct sns_web *web, struct span url, struct arena *arena, struct span *out_body,
                struct err *err) {
    struct sns_transport *real = (struct sns_transport *)web;
    const struct transport_request request = {
        .method = "GET",
        .url = url,
        .connect_ms = CONNECT_MS,
        .total_ms = TOTAL_MS,
        .max_body = LIMIT_CERTIFICATE_BYTES,
        .cancel = real->cancel,
    };
    struct transport_answer answer;

    return transport_send(real->transport, &request, arena, &answer, err) &&
           read_answer(&answer, url, out_body, err);
}

void sns_transport_init(struct sns_transport *web, struct transport *transport,
                        const atomic_bool *cancel) {
    *web = (struct sns_transport){.web = {.get = get}, .transport = transport, .cancel = cancel};
}

bool sns_confirm(const struct sns_message *message, struct sns_web *web, struct arena *arena,
                 struct err *err) {
    struct span answer;

    if (!sns_check_subscribe_url(message->subscribe_url, message->topic, err))
        return false;
    if (!web->get(web, message->subscribe_url, arena, &answer, err))
        return err_add(err, "confirming the subscription");
    return true;
}
