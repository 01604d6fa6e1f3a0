/* GET /v1/events/{event_id}: one event. */
#include "base/utc.h"
#include "handlers/endpoints.h"
#include "handlers/event_json.h"
#include "handlers/search.h"

#define SHOWN_BYTES 100 /* of an id that nobody has */

static const char *const views[] = {
    [VIEW_FULL] = "full",
    [VIEW_SUMMARY] = "summary",
    NULL,
};

static const struct parameter parameters[] = {
    {"view", 0, read_word, views, 0},
};

const struct parameter_list event_parameters = {parameters, ARRAY_LENGTH(parameters), NULL};

static bool find_newest(struct call *call, struct found_page *out, struct err *err) {
    struct alternative has_id = {
        .tests = {{ATTRIBUTE_EVENT_ID, {.kind = MATCH_EQUAL, .text = call->id}}},
        .test_count = 1,
    };
    struct condition condition = {.alternatives = &has_id, .alternative_count = 1};
    struct query query = {
        .from_ms = UTC_MIN_MS,
        .to_ms = UTC_MAX_MS + 1,
        .conditions = &condition,
        .condition_count = 1,
        .order = ORDER_NEWEST_FIRST,
        .limit = 1,
    };

    return search_events(call, &query, out, err);
}

static bool refuse_unknown(struct span id, struct err *err) {
    if (id.length > SHOWN_BYTES)
        return err_set(err, ERR_NOT_FOUND, "there is no event \"%.*s...\"", SHOWN_BYTES, id.data);
    return err_set(err, ERR_NOT_FOUND, "there is no event \"%.*s\"", SPAN_ARGS(id));
}

bool event_answer(struct call *call, struct err *err) {
    enum event_view view = (enum event_view)arguments_number(&call->arguments, "view", VIEW_FULL);
    struct found_page found;

    if (!find_newest(call, &found, err))
        return false;
    if (found.count == 0)
        return refuse_unknown(call->id, err);
    call_answer_json(call, 200);
    if (!event_json_write(&found.events[0], view, call->arena, &call->response->body, err))
        return false;
    buffer_append_byte(&call->response->body, '\n');
    return true;
}
