#include "collect/key_layout.h"

#include <stdbool.h>
#include <string.h>

#include "base/macros.h"
#include "base/utc.h"
#include "ingest/log_name.h"

#define ACCOUNT_DIGITS   12
#define REGION_LENGTH    32
#define DAY_LENGTH       (sizeof("2023/07/10/") - 1)
#define DELIVERED_LENGTH (sizeof("20230710T1145Z") - 1)

/* The word of a kind, its folder below the account, and what stands behind the account in names of
 * files. */
static const struct kind_row {
    const char *word;
    struct span folder;
    struct span mark;
} kinds[KEY_KINDS] = {
    [KEY_LOG] = {"log", SPAN("CloudTrail/"), SPAN("_CloudTrail_")},
    [KEY_DIGEST] = {"digest", SPAN("CloudTrail-Digest/"), SPAN("_CloudTrail-Digest_")},
    [KEY_INSIGHT] = {"insight", SPAN("CloudTrail-Insight/"), SPAN("_CloudTrail-Insight_")},
    [KEY_NETWORK_ACTIVITY] = {"network_activity", SPAN("CloudTrail-NetworkActivity/"),
                              SPAN("_CloudTrail-NetworkActivity_")},
    [KEY_AGGREGATED] = {"aggregated", SPAN("CloudTrail-Aggregated/"),
                        SPAN("_CloudTrail-Aggregated_")},
    [KEY_LAKE] = {"lake", SPAN("CloudTrail-Lake/"), SPAN("_CloudTrail-Lake_")},
    [KEY_OTHER_SERVICE] = {"other_service", SPAN(""), SPAN_NONE},
    [KEY_FOLDER] = {"folder", SPAN(""), SPAN_NONE},
    [KEY_FOREIGN] = {"foreign", SPAN(""), SPAN_NONE},
};

struct span key_kind_folder(enum key_kind kind) {
    return kinds[kind].folder;
}

const char *key_kind_word(enum key_kind kind) {
    return kinds[kind].word;
}

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

static bool all_digits(struct span text) {
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.data[i]))
            return false;
    }
    return true;
}

bool key_is_account(struct span text) {
    return text.length == ACCOUNT_DIGITS && all_digits(text);
}

static bool is_label(struct span text, bool dashes) {
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.data[i];
        if (!is_digit(byte) && !(byte >= 'a' && byte <= 'z') && !(dashes && byte == '-'))
            return false;
    }
    return text.length > 0 && text.length <= REGION_LENGTH;
}

bool key_is_region(struct span text) {
    return is_label(text, true);
}

static bool is_organization(struct span text) {
    return span_starts_with(text, SPAN("o-")) && is_label(span_skip(text, 2), false);
}

/* Takes the first folder off `path`; its slash goes with it. */
static bool take_folder(struct span *path, struct span *out) {
    return span_cut(*path, '/', out, path);
}

/* `2023/07/10/` at the front. */
static bool take_day(struct span *path, int64_t *out_ms) {
    if (path->length < DAY_LENGTH || path->data[4] != '/' || path->data[7] != '/' ||
        path->data[DAY_LENGTH - 1] != '/')
        return false;

    char date[] = "YYYY-MM-DD";
    memcpy(date, path->data, 4);
    memcpy(date + 5, path->data + 5, 2);
    memcpy(date + 8, path->data + 8, 2);
    if (!utc_parse((struct span){date, sizeof(date) - 1}, out_ms))
        return false;
    *path = span_skip(*path, DAY_LENGTH);
    return true;
}

/* `20230710T1145Z` at the front of what follows the region in a name. */
static bool read_delivered(struct span text, int64_t *out_ms) {
    char time[] = "YYYYMMDDTHHMM00Z";

    if (text.length < DELIVERED_LENGTH || text.data[8] != 'T' ||
        text.data[DELIVERED_LENGTH - 1] != 'Z')
        return false;
    memcpy(time, text.data, DELIVERED_LENGTH - 1);
    return utc_parse((struct span){time, sizeof(time) - 1}, out_ms);
}

struct name_facts {
    enum key_kind kind;
    struct span account;
    struct span region;
    int64_t delivered_ms;
};

/* What stands behind the region of a log file's name. */
static void read_name_of_log(struct span rest, struct name_facts *facts) {
    struct span region;
    struct span time;

    if (!span_cut(rest, '_', &region, &time) || !key_is_region(region))
        return;
    facts->region = region;
    if (!read_delivered(time, &facts->delivered_ms))
        facts->delivered_ms = -1;
}

static struct name_facts name_facts_of(struct span name) {
    struct name_facts facts = {is_log_name(name) ? KEY_LOG : KEY_FOREIGN, SPAN_NONE, SPAN_NONE, -1};

    if (name.length <= ACCOUNT_DIGITS || !key_is_account((struct span){name.data, ACCOUNT_DIGITS}))
        return facts;
    struct span rest = span_skip(name, ACCOUNT_DIGITS);
    for (enum key_kind kind = KEY_LOG; kind < KEY_OTHER_SERVICE; kind++) {
        if (!span_starts_with(rest, kinds[kind].mark))
            continue;
        facts.account = (struct span){name.data, ACCOUNT_DIGITS};
        facts.kind = kind == KEY_LOG ? facts.kind : kind;
        read_name_of_log(span_skip(rest, kinds[kind].mark.length), &facts);
        return facts;
    }
    return facts;
}

/* `path` is what follows the account. */
static enum key_kind kind_of_folder(struct span path) {
    for (enum key_kind kind = KEY_LOG; kind < KEY_OTHER_SERVICE; kind++) {
        if (span_starts_with(path, kinds[kind].folder))
            return kind;
    }
    return memchr(path.data, '/', path.length) != NULL ? KEY_OTHER_SERVICE : KEY_FOREIGN;
}

/* Region and day, and the time of the name below them. */
static void read_places(struct span path, struct key_facts *facts) {
    struct span region;

    path = span_skip(path, key_kind_folder(facts->place).length);
    if (!take_folder(&path, &region) || !key_is_region(region))
        return;
    facts->region = region;
    if (!take_day(&path, &facts->day_ms))
        facts->day_ms = -1;
}

/* `path` follows `AWSLogs/` and begins with a digit or an organization: whatever comes, no second
 * AWSLogs/ in it counts. */
static void read_layout(struct span path, struct name_facts name, struct key_facts *facts) {
    struct span folder;
    struct span behind = path;

    facts->kind = KEY_FOREIGN;
    if (!take_folder(&behind, &folder))
        return;
    if (is_organization(folder)) {
        facts->organization = folder;
        if (!take_folder(&behind, &folder))
            return;
    }
    if (!key_is_account(folder))
        return;
    facts->account = folder;
    facts->place = kind_of_folder(behind);
    facts->kind = facts->place;
    if (facts->place >= KEY_OTHER_SERVICE)
        return;
    read_places(behind, facts);
    facts->delivered_ms = name.delivered_ms;
    if (facts->kind == KEY_LOG && name.kind == KEY_FOREIGN)
        facts->kind = KEY_FOREIGN;
}

static bool begins_layout(struct span path) {
    struct span folder;
    struct span behind;

    return (path.length > 0 && is_digit(path.data[0])) ||
           (span_cut(path, '/', &folder, &behind) && is_organization(folder));
}

/* The first `AWSLogs/` that accounts or an organization follow: users give "AWSLogs" as the prefix
 * of a trail, too, and get AWSLogs/AWSLogs/. */
static bool find_layout(struct span key, struct span *out_before, struct span *out_path) {
    struct span path = key;
    struct span folder;

    while (take_folder(&path, &folder)) {
        if (!span_equal(folder, SPAN("AWSLogs")) || !begins_layout(path))
            continue;
        *out_before = (struct span){key.data, (size_t)(folder.data - key.data)};
        *out_path = path;
        return true;
    }
    return false;
}

static struct span name_of(struct span key) {
    struct span folders;
    struct span name = key;

    return span_cut_last(key, '/', &folders, &name) ? name : key;
}

struct span key_folder_name(struct span folder) {
    return name_of((struct span){folder.data, folder.length - 1});
}

struct key_facts key_facts_of(struct span key) {
    struct name_facts name = name_facts_of(name_of(key));
    struct key_facts facts = {
        .kind = name.kind, .place = KEY_FOREIGN, .day_ms = -1, .delivered_ms = -1};
    struct span path;

    if (find_layout(key, &facts.before, &path)) {
        read_layout(path, name, &facts);
    } else {
        facts.account = name.account;
        facts.region = name.region;
        facts.delivered_ms = name.delivered_ms;
    }
    if (key.length == 0 || span_ends_with(key, SPAN("/")))
        facts.kind = KEY_FOLDER;
    return facts;
}
