#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support_oracle.h"

/* ---- texts ---- */

/* Row by row: which beginnings of the text match the pattern so far. */
static bool matches_rows(struct span pattern, struct span text, bool *row) {
    memset(row, 0, text.length + 1);
    row[0] = true;
    for (size_t i = 0; i < pattern.length; i++) {
        char c = pattern.data[i];
        bool star = c == '*';
        if (c == '\\' && i + 1 < pattern.length && pattern.data[i + 1] == '*')
            c = pattern.data[++i];
        bool before = row[0];
        bool any = row[0] = star && row[0];
        for (size_t j = 1; j <= text.length; j++) {
            bool above = row[j];
            row[j] = star ? above || row[j - 1] : before && text.data[j - 1] == c;
            before = above;
            any = any || row[j];
        }
        if (!any)
            return false;
    }
    return row[text.length];
}

/* Most texts differ from the pattern at once; that saves the rows. */
static bool matches_text(struct span wanted, struct span value) {
    bool row[4096];

    if (value.data == NULL ||
        (strchr("*\\", wanted.data[0]) == NULL && wanted.data[0] != value.data[0]))
        return false;
    assert_true(value.length < sizeof(row));
    return matches_rows(wanted, value, row);
}

static bool holds(struct span text, char c) {
    return memchr(text.data, c, text.length) != NULL;
}

/* ---- addresses ---- */

static bool read_version_4(const char *text, uint8_t out[16]) {
    unsigned part[4];
    char rest;

    if (strspn(text, "0123456789.") != strlen(text) ||
        sscanf(text, "%3u.%3u.%3u.%3u%c", &part[0], &part[1], &part[2], &part[3], &rest) != 4)
        return false;
    memset(out, 0, 10);
    memset(out + 10, 0xff, 2);
    for (int i = 0; i < 4; i++) {
        if (part[i] > 255)
            return false;
        out[12 + i] = (uint8_t)part[i];
    }
    return true;
}

/* Version 4 as ::ffff:a.b.c.d. */
static bool read_address(struct span text, uint8_t out[16]) {
    char copy[64];

    if (text.data == NULL || text.length >= sizeof(copy) || holds(text, '\0'))
        return false;
    memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return read_version_4(copy, out) || inet_pton(AF_INET6, copy, out) == 1;
}

static bool in_network(struct span wanted, struct span value) {
    static const uint8_t mapped[12] = {[10] = 0xff, 0xff};
    struct span base;
    struct span prefix;
    uint8_t network[16];
    uint8_t address[16];
    int64_t bits;

    assert_true(span_cut(wanted, '/', &base, &prefix));
    assert_true(read_address(base, network));
    if (!read_address(value, address))
        return false;
    assert_true(span_to_integer(prefix, &bits));
    bits += holds(base, ':') ? 0 : 96;
    /* A network wider than all of version 4 is one of version 6. */
    if (bits < 96 && memcmp(address, mapped, sizeof(mapped)) == 0)
        return false;
    for (int64_t i = 0; i < bits; i++) {
        if ((network[i / 8] ^ address[i / 8]) & (0x80 >> i % 8))
            return false;
    }
    return true;
}

/* ---- filters ---- */

static bool match_account(const struct oracle_event *event, struct span wanted) {
    return matches_text(wanted, event->account);
}

static bool match_region(const struct oracle_event *event, struct span wanted) {
    return matches_text(wanted, event->region);
}

static bool match_service(const struct oracle_event *event, struct span wanted) {
    char whole[4000];

    assert_true(wanted.length < sizeof(whole) - 20);
    for (size_t i = 0; i < wanted.length; i++) {
        char c = wanted.data[i];
        whole[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    size_t length = wanted.length;
    if (!holds(wanted, '.') && !holds(wanted, '*')) {
        memcpy(whole + length, ".amazonaws.com", 14);
        length += 14;
    }
    return matches_text((struct span){whole, length}, event->service);
}

static bool match_action(const struct oracle_event *event, struct span wanted) {
    struct span service;
    struct span name;

    if (!span_cut(wanted, ':', &service, &name))
        return matches_text(wanted, event->action);
    return match_service(event, service) && matches_text(name, event->action);
}

static bool match_principal(const struct oracle_event *event, struct span wanted) {
    return matches_text(wanted, event->name) || matches_text(wanted, event->arn) ||
           matches_text(wanted, event->session) || matches_text(wanted, event->issuer);
}

static bool match_kind(const struct oracle_event *event, struct span wanted) {
    return span_equal(wanted, event->kind);
}

static bool match_caller_account(const struct oracle_event *event, struct span wanted) {
    return matches_text(wanted, event->caller_account);
}

static bool match_access_key(const struct oracle_event *event, struct span wanted) {
    return matches_text(wanted, event->access_key);
}

static bool match_source(const struct oracle_event *event, struct span wanted) {
    uint8_t asked[16];
    uint8_t found[16];

    if (holds(wanted, '/'))
        return in_network(wanted, event->source);
    if (read_address(wanted, asked))
        return read_address(event->source, found) && memcmp(asked, found, 16) == 0;
    return matches_text(wanted, event->source);
}

static bool match_agent(const struct oracle_event *event, struct span wanted) {
    return matches_text(wanted, event->agent);
}

static bool match_error(const struct oracle_event *event, struct span wanted) {
    if (span_equal(wanted, SPAN("none")))
        return event->error.data == NULL;
    return matches_text(wanted, event->error);
}

struct resource_search {
    struct span wanted;
    bool found;
};

static void look_at_resource(struct span text, void *context) {
    struct resource_search *search = context;

    search->found = search->found || matches_text(search->wanted, text);
}

static bool match_resource(const struct oracle_event *event, struct span wanted) {
    struct resource_search search = {wanted, false};

    oracle_each_resource(event, look_at_resource, &search);
    return search.found;
}

static bool match_read_only(const struct oracle_event *event, struct span wanted) {
    return event->read_only.data != NULL && span_equal(wanted, event->read_only);
}

static bool match_type(const struct oracle_event *event, struct span wanted) {
    return matches_text(wanted, event->type);
}

static bool match_category(const struct oracle_event *event, struct span wanted) {
    return matches_text(wanted, event->category);
}

static bool match_id(const struct oracle_event *event, struct span wanted) {
    return event->id.data != NULL && span_equal(wanted, event->id);
}

static bool match_import(const struct oracle_event *event, struct span wanted) {
    char text[30];

    snprintf(text, sizeof(text), "%lld", (long long)event->import);
    return span_equal(wanted, span_of(text));
}

typedef bool matcher_function(const struct oracle_event *event, struct span wanted);

static matcher_function *const functions[] = {
    match_account, match_region,         match_service,    match_action, match_principal,
    match_kind,    match_caller_account, match_access_key, match_source, match_agent,
    match_error,   match_resource,       match_read_only,  match_type,   match_category,
    match_id,      match_import,
};

const char *const oracle_filter_names[] = {
    "account",
    "region",
    "service",
    "action",
    "principal",
    "principal_kind",
    "principal_account",
    "access_key",
    "source_ip",
    "user_agent",
    "error_code",
    "resource",
    "read_only",
    "event_type",
    "event_category",
    "event_id",
    "import",
    NULL,
};

static matcher_function *function_of(const char *name) {
    for (size_t i = 0; oracle_filter_names[i] != NULL; i++) {
        if (strcmp(oracle_filter_names[i], name) == 0)
            return functions[i];
    }
    fail_msg("no filter %s", name);
    return NULL;
}

/* Whether one of the values of this name, negated or not, matches. */
static bool any_matches(const struct oracle_event *event, const struct oracle_filter *filters,
                        size_t count, const struct oracle_filter *like) {
    for (size_t i = 0; i < count; i++) {
        if (filters[i].negated == like->negated && strcmp(filters[i].name, like->name) == 0 &&
            function_of(like->name)(event, filters[i].value))
            return true;
    }
    return false;
}

bool oracle_matches(const struct oracle_event *event, const struct oracle_filter *filters,
                    size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (any_matches(event, filters, count, &filters[i]) == filters[i].negated)
            return false;
    }
    return true;
}
