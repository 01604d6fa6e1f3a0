#include "tests/support_corpus.h"

#include "tests/rows.h"

struct corpus *corpus_of_seed(uint64_t seed) {
    struct corpus_options options = corpus_defaults();

    options.seed = seed;
    return corpus_new(&options);
}

static json_t *parse(struct span text) {
    json_error_t error;
    json_t *value = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, &error);

    if (value == NULL)
        fail_msg("%s at %d of %.*s", error.text, error.position, SPAN_ARGS(text));
    return value;
}

json_t *next_record(struct corpus *corpus) {
    struct buffer text = {0};

    corpus_record(corpus, &text);
    json_t *record = parse(buffer_span(&text));
    buffer_clear(&text);
    return record;
}

const char *member_text(const json_t *object, const char *name) {
    return json_string_value(json_object_get(object, name));
}
