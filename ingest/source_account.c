#include "ingest/source_account.h"

#include <stdbool.h>

#define ACCOUNT_DIGITS 12

static bool is_account(struct span text) {
    int64_t ignored;

    return text.length == ACCOUNT_DIGITS && span_to_integer(text, &ignored);
}

static struct span from_file_name(struct span name) {
    if (name.length <= ACCOUNT_DIGITS)
        return SPAN_NONE;

    struct span account = {name.data, ACCOUNT_DIGITS};
    bool names_it = is_account(account) &&
                    span_starts_with(span_skip(name, ACCOUNT_DIGITS), SPAN("_CloudTrail_"));
    return names_it ? account : SPAN_NONE;
}

/* The folder before the first '/', which is taken off; SPAN_NONE when there is no more. */
static struct span next_folder(struct span *path) {
    struct span folder;

    return span_cut(*path, '/', &folder, path) ? folder : SPAN_NONE;
}

static struct span from_folders(struct span path) {
    struct span before[3] = {SPAN_NONE, SPAN_NONE, SPAN_NONE}; /* the last three, newest first */
    struct span folder;

    while ((folder = next_folder(&path)).data != NULL) {
        bool in_organization =
            span_starts_with(before[1], SPAN("o-")) && span_equal(before[2], SPAN("AWSLogs"));
        bool in_logs = span_equal(before[1], SPAN("AWSLogs")) || in_organization;
        if (in_logs && is_account(before[0]) && span_equal(folder, SPAN("CloudTrail")))
            return before[0];
        before[2] = before[1];
        before[1] = before[0];
        before[0] = folder;
    }
    return SPAN_NONE;
}

struct span source_account(struct span source) {
    struct span folders;
    struct span name = source;

    if (!span_cut_last(source, '/', &folders, &name))
        return from_file_name(source);
    struct span account = from_file_name(name);
    return account.data != NULL ? account : from_folders(source);
}
