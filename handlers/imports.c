/* GET /v1/imports, GET and DELETE /v1/imports/{id}: receipts, and imports that are still at work.
 */
#include "base/json_text.h"
#include "handlers/endpoints.h"
#include "handlers/paging.h"
#include "handlers/problem.h"
#include "handlers/receipt_json.h"

static bool read_parent(struct argument *argument, const struct reading *reading, struct err *err) {
    (void)reading;
    if (span_equal(argument->text, SPAN("none"))) {
        argument->number = PARENT_NONE;
        return true;
    }
    if (!span_to_integer(argument->text, &argument->number) || argument->number == 0)
        return err_set(err, ERR_INVALID, "must be the number of an import, 1 or more, or none");
    return true;
}

static const char *const statuses[] = {
#define STATUS_WORD(name, text) [name] = text,
    IMPORT_STATUSES(STATUS_WORD)
#undef STATUS_WORD
        [IMPORT_STATUS_COUNT] = NULL,
};

static const struct parameter parameters[] = {
    {"parent", PARAMETER_BINDS, read_parent, NULL, 0},
    {"status", PARAMETER_BINDS | PARAMETER_REPEATS, read_word, statuses, 0},
    PAGE_PARAMETERS,
};

const struct parameter_list imports_parameters = {parameters, ARRAY_LENGTH(parameters), NULL};

static unsigned wanted_statuses(const struct arguments *arguments) {
    unsigned wanted = 0;

    for (size_t i = 0; i < arguments->count; i++) {
        if (arguments->items[i].parameter->words == statuses)
            wanted |= 1u << arguments->items[i].number;
    }
    return wanted;
}

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
        .parent = arguments_number(&call->arguments, "parent", PARENT_ANY),
        .statuses = wanted_statuses(&call->arguments),
    };
    if (!store_list_receipts(call->service->store, &filter, call->arena, &found, err))
        return false;

    call_answer_json(call, 200);
    buffer_append_text(body, "{\"imports\":[");
    for (size_t i = 0; i < found.count; i++) {
        json_text_next(body);
        if (!receipt_show(call, &found.receipts[i], err))
            return false;
    }
    buffer_append_byte(body, ']');
    json_text_string_member(body, "next_cursor", next_cursor(call, &page, &found));
    buffer_append_text(body, "}\n");
    return true;
}

static bool answer_receipt(struct call *call, int64_t id, struct err *err) {
    struct receipt receipt;

    if (!store_get_receipt(call->service->store, id, call->arena, &receipt, err))
        return false;
    call_answer_json(call, 200);
    if (!receipt_show(call, &receipt, err))
        return false;
    buffer_append_byte(&call->response->body, '\n');
    return true;
}

bool import_answer(struct call *call, struct err *err) {
    int64_t id;

    return call_number(call, "an import", &id, err) && answer_receipt(call, id, err);
}

bool import_cancel_answer(struct call *call, struct err *err) {
    bool over;
    int64_t id;

    if (!call_number(call, "an import", &id, err) ||
        !collector_cancel(call->service->collector, id, &over, err))
        return false;
    if (!over)
        return answer_receipt(call, id, err);
    problem_write(call->response, 409, NULL,
                  arena_format(call->arena,
                               "import %lld has ended; only one of many files that "
                               "is queued or running can be cancelled",
                               (long long)id));
    return true;
}
