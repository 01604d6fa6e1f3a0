/* An object on the top level: an envelope around records, or a record itself. */
#include <string.h>

#include "ingest/scanner.h"
#include "ingest/walk.h"

static void note_message_type(struct walk *walk, struct span value) {
    walk->control = span_equal(value, SPAN("\"CONTROL_MESSAGE\""));
}

static void note_owner(struct walk *walk, struct span value) {
    CLEANUP(arena_clear) struct arena arena = {0};
    struct span account;

    walk->account_length = 0;
    if (!scan_string(value, &arena, &account) || account.length > sizeof(walk->account))
        return;
    memcpy(walk->account, account.data, account.length);
    walk->account_length = account.length;
}

/* The members that matter: those whose elements are the records, and CloudWatch's about them. */
static const struct known_member {
    const char *name;
    const char *kind; /* of a file with an array there; NULL when `note` is given instead */
    void (*note)(struct walk *walk, struct span value);
} known_members[] = {
    {"Records", "records", NULL},
    {"Events", "lookup_events", NULL},
    {"logEvents", "cloudwatch_logs", NULL},
    {"events", "cloudwatch_logs", NULL}, /* what the API's FilterLogEvents answers */
    {"messageType", NULL, note_message_type},
    {"owner", NULL, note_owner},
};

/* `quoted` is the name as it stands in the text. */
static const struct known_member *find_known(struct span quoted) {
    CLEANUP(arena_clear) struct arena arena = {0};
    struct span name;

    if (!scan_string(quoted, &arena, &name))
        return NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(known_members); i++) {
        if (span_equal(name, span_of(known_members[i].name)))
            return &known_members[i];
    }
    return NULL;
}

/* A member's name and its colon; `*out_byte` is the first one of the value. */
static bool walk_name(struct walk *walk, const struct known_member **out_known, int *out_byte,
                      struct err *err) {
    struct span name;
    int byte;

    if (!value_reader_byte(&walk->reader, &byte, err))
        return false;
    if (byte != '"')
        return value_reader_bad(&walk->reader, "a member's name in quotes must stand here", err);
    if (!value_reader_value(&walk->reader, 1, &name, err))
        return false;
    *out_known = find_known(name);
    text_window_skip(&walk->reader.window, name.length);
    if (!value_reader_byte(&walk->reader, &byte, err))
        return false;
    if (byte != ':')
        return value_reader_bad(&walk->reader, "a colon must follow a member's name", err);
    value_reader_take(&walk->reader);
    return value_reader_byte(&walk->reader, out_byte, err);
}

static bool walk_member_value(struct walk *walk, const struct known_member *known,
                              struct err *err) {
    struct span value;

    if (!value_reader_value(&walk->reader, 1, &value, err))
        return false;
    if (known != NULL && known->note != NULL)
        known->note(walk, value);
    text_window_skip(&walk->reader.window, value.length);
    return value_reader_check_held(&walk->reader, err);
}

/* Sets `*kind` when the member's elements were the records. */
static bool walk_member(struct walk *walk, const char **kind, struct err *err) {
    const struct known_member *known = NULL;
    int byte;

    if (!walk_name(walk, &known, &byte, err))
        return false;
    if (byte != '[' || known == NULL || known->kind == NULL)
        return walk_member_value(walk, known, err);
    *kind = known->kind;
    text_window_let_go(&walk->reader.window);
    bool good = walk_array(walk, err);
    walk_in_record(walk, false);
    return good;
}

/* `*out_kind` stays NULL for an object without records: it is a candidate itself then, held. */
static bool walk_members(struct walk *walk, const char **out_kind, struct err *err) {
    bool last;

    if (!walk_open(walk, '}', &last, err))
        return false;
    while (!last) {
        if (!walk_member(walk, out_kind, err) || !walk_behind(walk, '}', &last, err))
            return false;
    }
    return true;
}

static bool take_held(struct walk *walk, struct err *err) {
    struct candidate candidate;

    walk->control = false;
    walk->account_length = 0;
    return value_reader_held_candidate(&walk->reader, &walk->candidates->arena, &candidate, err) &&
           walk_take(walk, &candidate, err);
}

bool walk_object(struct walk *walk, const char **out_kind, struct err *err) {
    const char *kind = NULL;

    text_window_hold(&walk->reader.window);
    bool good = walk_members(walk, &kind, err) && (kind != NULL || take_held(walk, err));
    text_window_let_go(&walk->reader.window);
    walk->control = false;
    walk->account_length = 0;
    if (kind != NULL)
        *out_kind = kind;
    return good;
}
