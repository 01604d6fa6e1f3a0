#include "collect/known_failures.h"

#include <stdlib.h>

static int compare(const void *a, const void *b) {
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

bool known_failures_read(struct store *store, int64_t import, size_t limit,
                         struct known_failures *out, struct err *err) {
    const struct receipt_filter filter = {
        .before = INT64_MAX,
        .limit = limit,
        .parent = import,
        .statuses = 1u << IMPORT_FAILED,
    };
    struct known_failures failures = {0};
    struct receipt_page page;

    if (!store_list_receipts(store, &filter, &failures.arena, &page, err)) {
        known_failures_clear(&failures);
        return false;
    }
    failures.sources = arena_new(&failures.arena, page.count, sizeof(struct span));
    for (size_t i = 0; i < page.count; i++)
        failures.sources[i] = page.receipts[i].source;
    failures.count = page.count;
    if (page.count > 0)
        qsort(failures.sources, failures.count, sizeof(struct span), compare);
    *out = failures;
    return true;
}

bool known_failures_hold(const struct known_failures *failures, struct span source) {
    return failures->count > 0 && bsearch(&source, failures->sources, failures->count,
                                          sizeof(struct span), compare) != NULL;
}

void known_failures_clear(struct known_failures *failures) {
    arena_clear(&failures->arena);
    *failures = (struct known_failures){0};
}
