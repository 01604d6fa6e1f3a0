#include "collect/selection.h"

#include "aws/json_span.h"
#include "base/limits.h"
#include "base/utc.h"

static bool check_list(const struct span *texts, size_t count, const char *what,
                       bool (*looks_right)(struct span), struct err *err) {
    if (count > LIMIT_SELECTED)
        return err_set(err, ERR_INVALID, "%s: at most %d", what, LIMIT_SELECTED);
    for (size_t i = 0; i < count; i++) {
        if (!looks_right(texts[i]))
            return err_set(err, ERR_INVALID, "%s: \"%.*s\" is none", what,
                           SPAN_ARGS(span_head(texts[i], 64)));
    }
    return true;
}

static bool check_time(int64_t ms, const char *what, struct err *err) {
    return (ms >= -1 && ms <= UTC_MAX_MS) ||
           err_set(err, ERR_INVALID, "%s: not within the years 1970 to 9999", what);
}

bool selection_check(const struct selection *selection, struct err *err) {
    if (!check_list(selection->accounts, selection->account_count, "accounts", key_is_account,
                    err) ||
        !check_list(selection->regions, selection->region_count, "regions", key_is_region, err) ||
        !check_time(selection->from_ms, "from", err) || !check_time(selection->to_ms, "to", err))
        return false;
    if (selection->to_ms >= 0 && selection->from_ms >= selection->to_ms)
        return err_set(err, ERR_INVALID, "from must be before to");
    return true;
}

static void put_list(json_t *json, const char *name, const struct span *texts, size_t count) {
    if (count == 0)
        return;

    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_stringn(texts[i].data, texts[i].length));
    json_object_set_new(json, name, list);
}

json_t *selection_to_json(const struct selection *selection) {
    json_t *json = json_object();

    if (selection->from_ms >= 0)
        json_object_set_new(json, "from", json_integer(selection->from_ms));
    if (selection->to_ms >= 0)
        json_object_set_new(json, "to", json_integer(selection->to_ms));
    put_list(json, "accounts", selection->accounts, selection->account_count);
    put_list(json, "regions", selection->regions, selection->region_count);
    return json;
}

static bool take_time(const json_t *json, const char *name, int64_t *out, struct err *err) {
    const json_t *value = json_object_get(json, name);

    *out = -1;
    if (value == NULL)
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return err_set(err, ERR_INVALID, "%s: not a time", name);
    *out = json_integer_value(value);
    return true;
}

static bool take_list(const json_t *json, const char *name, struct arena *arena,
                      const struct span **out, size_t *out_count, struct err *err) {
    const json_t *list = json_object_get(json, name);
    size_t count = json_array_size(list);
    struct span *texts = NULL;

    if (list != NULL && !json_is_array(list))
        return err_set(err, ERR_INVALID, "%s: not a list", name);
    if (count > LIMIT_SELECTED)
        return err_set(err, ERR_INVALID, "%s: at most %d", name, LIMIT_SELECTED);
    if (count > 0)
        texts = arena_new(arena, count, sizeof(*texts));
    for (size_t i = 0; i < count; i++) {
        const json_t *text = json_array_get(list, i);
        if (!json_is_string(text))
            return err_set(err, ERR_INVALID, "%s: not a list of texts", name);
        texts[i] = arena_copy(arena, json_span(text));
    }
    *out = texts;
    *out_count = count;
    return true;
}

bool selection_from_json(const json_t *json, struct arena *arena, struct selection *out,
                         struct err *err) {
    struct selection selection;

    if (!json_is_object(json))
        return err_set(err, ERR_INVALID, "not a selection");
    if (!take_time(json, "from", &selection.from_ms, err) ||
        !take_time(json, "to", &selection.to_ms, err) ||
        !take_list(json, "accounts", arena, &selection.accounts, &selection.account_count, err) ||
        !take_list(json, "regions", arena, &selection.regions, &selection.region_count, err) ||
        !selection_check(&selection, err))
        return false;
    *out = selection;
    return true;
}
