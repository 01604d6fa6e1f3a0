/* GET /v1/imports/{id}/rejected: the records of a file that are no events, and why. */
#include "base/json_text.h"
#include "handlers/endpoints.h"
#include "handlers/paging.h"

static const struct parameter parameters[] = {PAGE_PARAMETERS};

const struct parameter_list rejected_parameters = {parameters, ARRAY_LENGTH(parameters), NULL};

/* The record is valid JSON, or the whole file would have been refused: it is copied as it is. */
static void write_rejection(const struct rejection *rejection, struct buffer *out) {
    json_text_next(out);
    buffer_append_byte(out, '{');
    json_text_integer_member(out, "index", rejection->index);
    json_text_integer_member(out, "offset", rejection->offset);
    json_text_string_member(out, "reason", rejection->reason);
    json_text_name(out, "record");
    buffer_append(out, rejection->record);
    buffer_append_byte(out, '}');
}

static struct span next_cursor(struct call *call, const struct page *page,
                               const struct rejection_page *found) {
    struct cursor next = page->cursor;

    if (!found->more || found->count == 0)
        return SPAN_NONE;
    next.after = (struct position){.import = found->rejections[found->count - 1].index};
    return page_next(call, &next);
}

bool rejected_answer(struct call *call, struct err *err) {
    struct buffer *body = &call->response->body;
    struct rejection_page found;
    struct page page;
    int64_t id;

    if (!call_number(call, "an import", &id, err) || !page_begin(call, 0, &page, err))
        return false;
    int64_t after = page.resume ? page.cursor.after.import : -1;
    if (!store_list_rejections(call->service->store, id, after, page.limit, call->arena, &found,
                               err))
        return false;

    call_answer_json(call, 200);
    buffer_append_text(body, "{\"rejected\":[");
    for (size_t i = 0; i < found.count; i++)
        write_rejection(&found.rejections[i], body);
    buffer_append_byte(body, ']');
    json_text_string_member(body, "next_cursor", next_cursor(call, &page, &found));
    buffer_append_text(body, "}\n");
    return true;
}
