#include "aws/credential_json.h"

#include "aws/json_span.h"
#include "base/utc.h"

json_t *credential_json_parse(struct span text, struct err *err) {
    json_error_t why;
    json_t *tree = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, &why);

    if (json_is_object(tree))
        return tree;
    json_decref(tree);
    (void)err_set(err, ERR_REMOTE, "the answer is no JSON object");
    return NULL;
}

static struct span either(const json_t *object, const char *name, const char *other) {
    struct span value = json_member_span(object, name);

    return value.data != NULL ? value : json_member_span(object, other);
}

/* What stands there when a service could not do it: EC2 says "Code", containers "code". */
static bool take_error(const json_t *object, struct err *err) {
    struct span code = either(object, "Code", "code");
    struct span message = either(object, "Message", "message");

    if ((code.data == NULL && message.data == NULL) || span_equal(code, SPAN("Success")))
        return err_set(err, ERR_REMOTE, "the answer lacks AccessKeyId or SecretAccessKey");
    return err_set(err, ERR_REMOTE, "%.*s%s%.*s", SPAN_ARGS(span_head(code, 60)),
                   code.data != NULL && message.data != NULL ? ": " : "",
                   SPAN_ARGS(span_head(message, 120)));
}

static bool take_expiry(const json_t *object, int64_t *out_ms, struct err *err) {
    const json_t *expires = json_object_get(object, "Expiration");

    *out_ms = INT64_MAX;
    if (expires == NULL || json_is_null(expires))
        return true;
    if (!utc_parse(json_member_span(object, "Expiration"), out_ms))
        return err_set(err, ERR_REMOTE, "Expiration is no time");
    return true;
}

bool credential_json_take(const json_t *object, const char *token_name, struct arena *arena,
                          struct credentials *out, struct err *err) {
    struct span access_key = json_member_span(object, "AccessKeyId");
    struct span secret = json_member_span(object, "SecretAccessKey");
    struct span token = json_member_span(object, token_name);
    int64_t expires_ms;

    if (access_key.length == 0 || secret.length == 0)
        return take_error(object, err);
    if (!take_expiry(object, &expires_ms, err))
        return false;
    *out = (struct credentials){
        .access_key = arena_copy(arena, access_key),
        .secret = arena_copy(arena, secret),
        .token = token.length > 0 ? arena_copy(arena, token) : SPAN_NONE,
        .expires_ms = expires_ms,
    };
    return true;
}

bool credential_json_read(struct span text, const char *token_name, struct arena *arena,
                          struct credentials *out, struct err *err) {
    json_t *tree = credential_json_parse(text, err);

    if (tree == NULL)
        return false;
    bool good = credential_json_take(tree, token_name, arena, out, err);
    json_decref(tree);
    return good;
}
