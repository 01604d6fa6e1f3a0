#include "aws/credential_http.h"

#include <poll.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/utc.h"

#define PAUSE_MS INT64_C(1000)
#define LOOK_MS  50

static bool pause_between(const atomic_bool *cancel, struct err *err) {
    int64_t end_ms = monotonic_ms() + PAUSE_MS;

    while (monotonic_ms() < end_ms) {
        if (cancel != NULL && atomic_load(cancel))
            return err_set(err, ERR_CANCELLED, "cancelled while credentials were sought");
        (void)poll(NULL, 0, LOOK_MS);
    }
    return true;
}

static bool passes_later(int status) {
    return status == 429 || status >= 500;
}

bool credential_ask(const struct credential_search *search,
                    const struct credential_question *question, struct transport_answer *out,
                    struct err *err) {
    const struct transport_request request = {
        .method = question->method,
        .url = question->url,
        .fields = question->fields,
        .field_count = question->field_count,
        .body = question->body,
        .connect_ms = question->most_ms,
        .stall_ms = question->most_ms,
        .total_ms = question->most_ms,
        .max_body = LIMIT_CREDENTIAL_ANSWER,
        .direct = !question->proxy,
        .cancel = search->cancel,
    };

    for (int64_t attempt = 1;; attempt++) {
        bool answered = transport_send(search->transport, &request, search->arena, out, err);
        bool again = answered ? passes_later(out->status) : err->kind == ERR_BUSY;
        if (!again || attempt >= question->attempts)
            return answered;
        if (!pause_between(search->cancel, err))
            return false;
    }
}

bool credential_refused(const struct transport_answer *answer, struct err *err) {
    /* What is no refusal may hold the secret itself. */
    struct span said = answer->status >= 400 ? span_trim(answer->body) : SPAN("");
    char text[121];
    size_t length = 0;

    while (length < said.length && length < sizeof(text) - 1) {
        char c = said.data[length];
        text[length++] = c < ' ' || c > '~' ? ' ' : c;
    }
    text[length] = '\0';
    return err_set(err, passes_later(answer->status) ? ERR_BUSY : ERR_REMOTE, "HTTP %d%s%s",
                   answer->status, length > 0 ? ": " : "", text);
}
