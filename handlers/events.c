/* GET /v1/events: the filtered list. */
#include "base/json_text.h"
#include "base/limits.h"
#include "base/utc.h"
#include "handlers/endpoints.h"
#include "handlers/event_json.h"
#include "handlers/filters.h"
#include "handlers/search.h"
#include "handlers/paging.h"

static const char *const orders[] = {
    [ORDER_NEWEST_FIRST] = "desc",
    [ORDER_OLDEST_FIRST] = "asc",
    [ORDER_ARRIVAL] = "arrival",
    NULL,
};

static const char *const views[] = {
    [VIEW_FULL] = "full",
    [VIEW_SUMMARY] = "summary",
    [VIEW_RECORDS] = "records",
    NULL,
};

static const char *const formats[] = {"json", NULL};

static const struct parameter parameters[] = {
    PAGE_PARAMETERS,
    {"order", 0, read_word, orders, 0},
    {"view", 0, read_word, views, 0},
    {"format", 0, read_word, formats, 0},
};

const struct parameter_list events_parameters = {parameters, ARRAY_LENGTH(parameters),
                                                 &filter_parameters};

/* On the first page the times are those of the parameters; from then on the cursor's. */
static bool set_times(struct call *call, struct page *page, struct err *err) {
    const struct argument *from = arguments_find(&call->arguments, "from");

    if (page->resume)
        return true;
    page->cursor.from_ms = arguments_number(&call->arguments, "from", UTC_MIN_MS);
    page->cursor.to_ms = arguments_number(&call->arguments, "to", UTC_MAX_MS + 1);
    if (page->cursor.from_ms < page->cursor.to_ms)
        return true;
    if (from == NULL)
        return call_refuse(call, "to", arguments_find(&call->arguments, "to")->text,
                           "must be after 1970-01-01", err);
    return call_refuse(call, "from", from->text, "must be before `to`", err);
}

static bool make_query(struct call *call, struct page *page, struct query *out, struct err *err) {
    enum order order = (enum order)arguments_number(&call->arguments, "order", ORDER_NEWEST_FIRST);

    if (!page_begin(call, (uint64_t)order, page, err) || !set_times(call, page, err))
        return false;
    *out = (struct query){
        .from_ms = page->cursor.from_ms,
        .to_ms = page->cursor.to_ms,
        .order = order,
        .resume = page->resume,
        .after = page->cursor.after,
        .limit = page->limit,
    };
    filters_to_conditions(&call->arguments, call->arena, out);
    return true;
}

/* In arrival order the end is an empty page, not the page before it: more may arrive, and whoever
 * polls keeps the last cursor and goes on behind the last event seen. */
static struct span next_cursor(struct call *call, const struct page *page,
                               const struct found_page *found, enum order order) {
    struct cursor next = page->cursor;

    if (found->count == 0 || (!found->more && order != ORDER_ARRIVAL))
        return SPAN_NONE;
    next.after = found->events[found->count - 1].position;
    return page_next(call, &next);
}

static bool write_page(struct call *call, const struct found_page *found, enum event_view view,
                       struct span cursor, struct err *err) {
    struct buffer *body = &call->response->body;

    buffer_append_text(body, view == VIEW_RECORDS ? "{\"Records\":[" : "{\"events\":[");
    for (size_t i = 0; i < found->count; i++) {
        json_text_next(body);
        if (!event_json_write(&found->events[i], view, call->arena, body, err))
            return false;
    }
    buffer_append_byte(body, ']');
    if (view != VIEW_RECORDS)
        json_text_string_member(body, "next_cursor", cursor);
    buffer_append_text(body, "}\n");
    return true;
}

bool events_answer(struct call *call, struct err *err) {
    enum event_view view = (enum event_view)arguments_number(&call->arguments, "view", VIEW_FULL);
    struct page page;
    struct query query;
    struct found_page found;

    if (!make_query(call, &page, &query, err) || !search_events(call, &query, &found, err))
        return false;
    call_answer_json(call, 200);
    return write_page(call, &found, view, next_cursor(call, &page, &found, query.order), err);
}
