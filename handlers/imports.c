/* GET /v1/imports and /v1/imports/{id}: receipts. */
#include "base/json_text.h"
#include "handlers/endpoints.h"
#include "handlers/paging.h"
#include "handlers/receipt_json.h"

static const struct parameter parameters[] = {PAGE_PARAMETERS};

const struct parameter_list imports_parameters = {parameters, ARRAY_LENGTH(parameters), NULL};

static struct span next_cursor(struct call *call, const struct page *page,
                               const struct receipt_page *found) {
    struct cursor next = page->cursor;

    if (!found->more || found->count == 0)
        return SPAN_NONE;
    next.after = (struct position){.import = found->receipts[found->count - 1].id};
    return page_next(call, &next);
}

bool imports_answer(struct call *call, struct err *err) {
    struct buffer *body = &call->response->body;
    struct receipt_page found;
    struct page page;

    if (!page_begin(call, 0, &page, err))
        return false;
    const struct receipt_filter filter = {
        .before = page.resume ? page.cursor.after.import : INT64_MAX,
        .limit = page.limit,
        .parent = PARENT_ANY,
    };
    if (!store_list_receipts(call->service->store, &filter, call->arena, &found, err))
        return false;

    call_answer_json(call, 200);
    buffer_append_text(body, "{\"imports\":[");
    for (size_t i = 0; i < found.count; i++) {
        json_text_next(body);
        receipt_json_write(&found.receipts[i], body);
    }
    buffer_append_byte(body, ']');
    json_text_string_member(body, "next_cursor", next_cursor(call, &page, &found));
    buffer_append_text(body, "}\n");
    return true;
}

bool import_answer(struct call *call, struct err *err) {
    struct receipt receipt;
    int64_t id;

    if (!call_import_id(call, &id, err) ||
        !store_get_receipt(call->service->store, id, call->arena, &receipt, err))
        return false;
    call_answer_json(call, 200);
    receipt_json_write(&receipt, &call->response->body);
    buffer_append_byte(&call->response->body, '\n');
    return true;
}
