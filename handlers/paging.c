#include "handlers/paging.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/percent.h"

static int compare_arguments(const void *a, const void *b) {
    const struct argument *left = *(const struct argument *const *)a;
    const struct argument *right = *(const struct argument *const *)b;
    int order = strcmp(left->parameter->name, right->parameter->name);

    if (order == 0)
        order = (int)left->negated - (int)right->negated;
    return order != 0 ? order : span_compare(left->text, right->text);
}

static const struct argument **sort_binding(const struct call *call, size_t *out_count) {
    const struct arguments *all = &call->arguments;
    const struct argument **sorted = arena_new(call->arena, all->count, sizeof(*sorted));
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].parameter->flags & PARAMETER_BINDS)
            sorted[count++] = &all->items[i];
    }
    if (count > 0)
        qsort(sorted, count, sizeof(const struct argument *), compare_arguments);
    *out_count = count;
    return sorted;
}

/* Which list this is, whatever the order in which its parameters were written. Lengths stand
 * before the texts, so that no two lists read alike. */
static uint64_t fingerprint(const struct call *call, uint64_t order) {
    struct buffer CLEANUP(buffer_clear) text;
    size_t count;
    const struct argument **sorted = sort_binding(call, &count);

    buffer_init(&text, 0);
    buffer_append_format(&text, "%s %zu:", call->response->route, call->id.length);
    buffer_append(&text, call->id);
    for (size_t i = 0; i < count; i++) {
        buffer_append_format(&text, "%s%s %zu:", sorted[i]->parameter->name,
                             sorted[i]->negated ? ".not" : "", sorted[i]->text.length);
        buffer_append(&text, sorted[i]->text);
    }
    return hash_bytes(buffer_span(&text), store_identity(call->service->store) + order);
}

bool page_begin(struct call *call, uint64_t order, struct page *out, struct err *err) {
    const struct argument *given = arguments_find(&call->arguments, "cursor");
    uint64_t list = fingerprint(call, order);
    struct page page = {
        .limit = (size_t)arguments_number(&call->arguments, "limit", DEFAULT_PAGE),
        .resume = given != NULL,
        .cursor = {.list = list},
    };

    if (given != NULL && !cursor_decode(given->text, list, &page.cursor, err))
        return call_refuse(call, "cursor", given->text, err->text, err);
    *out = page;
    return true;
}

static void append_arguments(const struct arguments *arguments, struct buffer *out) {
    for (size_t i = 0; i < arguments->count; i++) {
        const struct argument *argument = &arguments->items[i];
        if (strcmp(argument->parameter->name, "cursor") == 0)
            continue;
        buffer_append_format(out, "%s%s=", argument->parameter->name,
                             argument->negated ? ".not" : "");
        percent_encode(argument->text, out);
        buffer_append_byte(out, '&');
    }
}

struct span page_next(struct call *call, const struct cursor *next) {
    struct span text = cursor_encode(next, call->arena);
    struct buffer CLEANUP(buffer_clear) link;

    buffer_init(&link, 0);
    buffer_append_byte(&link, '<');
    buffer_append(&link, call->path);
    buffer_append_byte(&link, '?');
    append_arguments(&call->arguments, &link);
    buffer_append_text(&link, "cursor=");
    buffer_append(&link, text);
    buffer_append_text(&link, ">; rel=\"next\"");
    response_header(call->response, "Link", arena_copy(call->arena, buffer_span(&link)));
    return text;
}
