#include "collect/known_failures.h"

#include <stdlib.h>

static int compare(const void *a, const void *b) {
    const struct known_failure *left = a;
    const struct known_failure *right = b;

    return span_compare(left->source, right->source);
}

static void keep(const struct receipt_page *page, struct known_failures *out) {
    out->failures = arena_new(&out->arena, page->count, sizeof(*out->failures));
    for (size_t i = 0; i < page->count; i++)
        out->failures[i] = (struct known_failure){
            .source = arena_copy(&out->arena, page->receipts[i].source),
            .version = arena_copy(&out->arena, page->receipts[i].version_id),
        };
    out->count = page->count;
    qsort(out->failures, out->count, sizeof(*out->failures), compare);
}

bool known_failures_read(struct store *store, int64_t import, size_t limit,
                         struct known_failures *out, struct err *err) {
    const struct receipt_filter filter = {
        .before = INT64_MAX,
        .limit = limit,
        .parent = import,
        .statuses = 1u << IMPORT_FAILED,
    };
    struct arena CLEANUP(arena_clear) arena = {0};
    struct receipt_page page;

    if (!store_list_receipts(store, &filter, &arena, &page, err))
        return false;
    *out = (struct known_failures){0};
    if (page.count > 0)
        keep(&page, out);
    return true;
}

/* The first whose source is not before this one. */
static size_t find(const struct known_failures *failures, struct span source) {
    size_t low = 0;
    size_t high = failures->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(failures->failures[middle].source, source) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool known_failures_hold(const struct known_failures *failures, struct span source,
                         struct span version) {
    for (size_t i = find(failures, source); i < failures->count; i++) {
        const struct known_failure *failure = &failures->failures[i];
        if (!span_equal(failure->source, source))
            return false;
        if (version.data == NULL || span_equal(failure->version, version))
            return true;
    }
    return false;
}

void known_failures_clear(struct known_failures *failures) {
    arena_clear(&failures->arena);
    *failures = (struct known_failures){0};
}
