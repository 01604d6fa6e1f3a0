#include "handlers/lookup_request.h"

#include <math.h>

#include "aws/json_span.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/utc.h"

/* ---- times ---- */

struct moment {
    bool given;
    int64_t ms; /* may be before 1970 */
};

static bool refuse_time(struct aws_request *aws, const char *name, const char *why,
                        struct err *err) {
    return aws_refuse(aws, "InvalidTimeRangeException", err, "%s %s", name, why);
}

/* Times are numbers of seconds in this protocol, with or without a fraction. Texts are for people
 * who write requests by hand. */
static bool read_moment(struct aws_request *aws, const char *name, struct moment *out,
                        struct err *err) {
    const json_t *value = aws_member(aws, name);
    const double most = (double)(UTC_MAX_MS / MS_PER_SECOND);

    *out = (struct moment){.given = value != NULL};
    if (value == NULL)
        return true;
    if (json_is_string(value))
        return utc_parse(json_span(value), &out->ms) ||
               refuse_time(aws, name, "is no time such as 2026-01-31T12:00:00Z", err);
    if (!json_is_number(value))
        return aws_refuse_type(aws, name, "a time: seconds since 1970", err);
    double seconds = json_number_value(value);
    if (seconds > most || seconds < -most)
        return refuse_time(aws, name, "is out of range: it is in seconds since 1970", err);
    out->ms = llround(seconds * (double)MS_PER_SECOND);
    return true;
}

/* Both ends are inclusive. AWS's times have seconds only, and clients cut fractions off: so an end
 * without one means all of its second. */
static int64_t behind(int64_t end_ms) {
    return end_ms % MS_PER_SECOND == 0 ? end_ms + MS_PER_SECOND : end_ms + 1;
}

static bool read_times(struct aws_request *aws, struct cursor *out, struct err *err) {
    struct moment start;
    struct moment end;

    if (!read_moment(aws, "StartTime", &start, err) || !read_moment(aws, "EndTime", &end, err))
        return false;
    if (end.given && end.ms < UTC_MIN_MS)
        return refuse_time(aws, "EndTime", "is before 1970", err);
    if (start.given && end.given && start.ms > end.ms)
        return refuse_time(aws, "StartTime", "is after EndTime", err);
    *out = (struct cursor){
        .from_ms = start.given && start.ms > UTC_MIN_MS ? start.ms : UTC_MIN_MS,
        .to_ms = end.given ? behind(end.ms) : UTC_MAX_MS + 1,
    };
    return true;
}

/* ---- the rest ---- */

static bool read_category(struct aws_request *aws, bool *out_insight, struct err *err) {
    struct span category;

    if (!aws_text_member(aws, "EventCategory", &category, err))
        return false;
    if (category.data != NULL && !span_equal(category, SPAN("insight")))
        return aws_refuse(aws, "InvalidEventCategoryException", err,
                          "EventCategory must be insight, or left out for management events");
    *out_insight = category.data != NULL;
    return true;
}

static bool read_attributes(struct aws_request *aws, struct lookup_request *out, struct err *err) {
    const json_t *list = aws_member(aws, "LookupAttributes");
    size_t count = json_array_size(list);

    out->attribute_count = 0;
    if (list != NULL && !json_is_array(list))
        return aws_refuse_type(aws, "LookupAttributes", "a list", err);
    if (count > LIMIT_LOOKUP_ATTRIBUTES)
        return aws_refuse(aws, "InvalidLookupAttributesException", err,
                          "there may be %d LookupAttributes, and these are %zu",
                          LIMIT_LOOKUP_ATTRIBUTES, count);
    for (size_t i = 0; i < count; i++) {
        if (!lookup_attribute_read(aws, json_array_get(list, i), out->insight, &out->attributes[i],
                                   err))
            return false;
    }
    out->attribute_count = count;
    return true;
}

static bool read_limit_of(struct aws_request *aws, size_t *out, struct err *err) {
    const json_t *value = aws_member(aws, "MaxResults");

    if (value != NULL && !json_is_integer(value))
        return aws_refuse_type(aws, "MaxResults", "a whole number", err);
    json_int_t limit = value != NULL ? json_integer_value(value) : LIMIT_LOOKUP_PAGE;
    if (limit < 1 || limit > LIMIT_LOOKUP_PAGE)
        return aws_refuse(aws, "InvalidMaxResultsException", err, "MaxResults must be 1 to %d",
                          LIMIT_LOOKUP_PAGE);
    *out = (size_t)limit;
    return true;
}

/* ---- pages ---- */

/* Which list this is: of another one no NextToken is taken. Lengths stand before the texts, so that
 * no two lists read alike. */
static uint64_t fingerprint(const struct aws_request *aws, const struct lookup_request *request) {
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&text, 0);
    buffer_append_format(&text, "LookupEvents %d %lld %lld", request->insight,
                         (long long)request->cursor.from_ms, (long long)request->cursor.to_ms);
    for (size_t i = 0; i < request->attribute_count; i++) {
        const struct lookup_attribute *attribute = &request->attributes[i];
        buffer_append_format(&text, " %s %zu:", lookup_attribute_name(attribute),
                             attribute->value.length);
        buffer_append(&text, attribute->value);
    }
    return hash_bytes(buffer_span(&text), store_identity(aws->call->service->store));
}

static bool read_token(struct aws_request *aws, struct lookup_request *out, struct err *err) {
    struct span token;
    struct err why;

    if (!aws_text_member(aws, "NextToken", &token, err))
        return false;
    out->resume = token.data != NULL;
    out->cursor.list = fingerprint(aws, out);
    return !out->resume || cursor_decode(token, out->cursor.list, &out->cursor, &why) ||
           aws_refuse(aws, "InvalidNextTokenException", err,
                      "NextToken must be as it was given, with the same LookupAttributes, times "
                      "and EventCategory");
}

bool lookup_request_read(struct aws_request *aws, struct lookup_request *out, struct err *err) {
    return read_category(aws, &out->insight, err) && read_attributes(aws, out, err) &&
           read_times(aws, &out->cursor, err) && read_limit_of(aws, &out->limit, err) &&
           read_token(aws, out, err);
}

struct query lookup_request_query(const struct lookup_request *request, struct arena *arena) {
    size_t count = request->attribute_count;
    struct condition *conditions = arena_new(arena, count + 1, sizeof(*conditions));

    for (size_t i = 0; i < count; i++)
        conditions[i] = request->attributes[i].condition;
    conditions[count] = lookup_category_condition(request->insight, arena);
    return (struct query){
        .from_ms = request->cursor.from_ms,
        .to_ms = request->cursor.to_ms,
        .conditions = conditions,
        .condition_count = count + 1,
        .order = ORDER_NEWEST_FIRST,
        .resume = request->resume,
        .after = request->cursor.after,
        .limit = request->limit,
    };
}
