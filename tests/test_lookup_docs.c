/* docs/LOOKUP_EVENTS.md shows the rules of ingest/lookup_tables.c and its like, all of them and no
 * others. With SHOW_ROWS in the environment it prints the rows that should stand there. */
#include "tests/rows.h"

#include <stdio.h>

#include "base/buffer.h"
#include "ingest/lookup_rules.h"

#define DOCUMENT "docs/LOOKUP_EVENTS.md"
#define TOLD     SPAN("told by the name")

/* Where the rows begin in the document, each on a line of its own. */
static const char *const heading = "| service | type | members |\n|---|---|---|\n";

static void append_member(const struct lookup_rule *rule, struct buffer *out) {
    buffer_append_byte(out, '`');
    if (rule->parent.data != NULL)
        buffer_append_format(out, "%.*s.", SPAN_ARGS(rule->parent));
    buffer_append_format(out, "%.*s`", SPAN_ARGS(rule->member));
    if (rule->action.data != NULL)
        buffer_append_format(out, " of `*%.*s*`", SPAN_ARGS(rule->action));
}

/* The first of those with its type. */
static bool opens_row(const struct lookup_rules *rules, size_t place) {
    for (size_t i = 0; i < place; i++) {
        if (span_equal(rules->rules[i].type, rules->rules[place].type))
            return false;
    }
    return true;
}

static void append_row(const struct lookup_rules *rules, size_t first, struct span service,
                       struct buffer *out) {
    struct span type = rules->rules[first].type;

    buffer_append_format(out, "| %.*s | %.*s | ", SPAN_ARGS(service),
                         SPAN_ARGS(type.data != NULL ? type : TOLD));
    for (size_t i = first; i < rules->count; i++) {
        if (!span_equal(rules->rules[i].type, type))
            continue;
        buffer_append_text(out, i > first ? ", " : "");
        append_member(&rules->rules[i], out);
    }
    buffer_append_text(out, " |\n");
}

static void append_rules(const struct lookup_rules *rules, struct span service,
                         struct buffer *out) {
    for (size_t i = 0; i < rules->count; i++) {
        if (opens_row(rules, i))
            append_row(rules, i, service, out);
    }
}

static void read_document(struct buffer *out) {
    FILE *file = fopen(DOCUMENT, "r");
    char piece[4096];
    size_t length;

    assert_non_null(file);
    while ((length = fread(piece, 1, sizeof(piece), file)) > 0)
        buffer_append(out, (struct span){piece, length});
    fclose(file);
    buffer_append_byte(out, '\0');
}

static void test_document(void **state) {
    struct buffer CLEANUP(buffer_clear) rows = {0};
    struct buffer CLEANUP(buffer_clear) document = {0};

    (void)state;
    append_rules(&lookup_common_rules, SPAN("(any)"), &rows);
    for (size_t i = 0; i < lookup_service_count; i++)
        append_rules(lookup_service_rules[i], lookup_service_rules[i]->service, &rows);
    buffer_append_byte(&rows, '\0');
    if (getenv("SHOW_ROWS") != NULL)
        fputs(rows.data, stdout);
    read_document(&document);
    const char *table = strstr(document.data, heading);
    assert_non_null(table);
    assert_string_equal(table + strlen(heading), rows.data);
}

int main(void) {
    const struct rows all[] = {TEST(test_document)};

    return rows_run("lookup_docs", all, ARRAY_LENGTH(all));
}
