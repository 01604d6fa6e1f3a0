#include "ingest/log_name.h"

#include <string.h>

static struct span name_of(struct span path) {
    struct span folders;

    (void)!span_cut_last(path, '/', &folders, &path);
    return path;
}

bool is_log_name(struct span path) {
    static const char *const endings[] = {"json", "gz", "jsonl", "ndjson", "log"};
    struct span before;
    struct span ending;

    if (!span_cut_last(name_of(path), '.', &before, &ending))
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
        if (span_equal_any_case(ending, span_of(endings[i])))
            return true;
    }
    return false;
}

static bool matches(struct span text, const char *pattern) {
    if (text.length != strlen(pattern))
        return false;
    for (size_t i = 0; i < text.length; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (pattern[i] == '0' ? !digit : text.data[i] != pattern[i])
            return false;
    }
    return true;
}

/* "CloudTrail log file examples" in the user guide:
 * AccountID_CloudTrail_RegionName_YYYYMMDDTHHmmZ_UniqueString.FileNameFormat */
struct span delivery_time(struct span path) {
    struct span name = name_of(path);
    struct span parts[4];

    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (!span_cut(name, '_', &parts[i], &name))
            return SPAN_NONE;
    }
    return matches(parts[3], "00000000T0000Z") ? parts[3] : SPAN_NONE;
}
