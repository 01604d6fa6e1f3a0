#include "store/presence.h"

#include "store/attribute.h"
#include "store/hash_index.h"

/* As many groups as are looked at in turn when blocks of several lie in the same time. */
#define REMEMBERED_GROUPS 64

/* A bit for each block of a group that can hold what a test asks for. */
struct group_mask {
    int64_t group; /* plus one; 0: none yet */
    uint32_t mask;
};

/* What is known of one test. */
struct test_masks {
    const struct test *test;
    bool indexed; /* false: the indexes cannot tell */
    enum hash_index index;
    uint32_t hash;
    struct group_mask *groups; /* REMEMBERED_GROUPS, each in its place */
};

struct presence {
    const struct query *query;
    struct database *database;
    struct test_masks *masks; /* of all tests, in the order of the query */
};

static size_t count_tests(const struct query *query) {
    size_t count = 0;

    for (size_t c = 0; c < query->condition_count; c++) {
        for (size_t a = 0; a < query->conditions[c].alternative_count; a++)
            count += query->conditions[c].alternatives[a].test_count;
    }
    return count;
}

static struct test_masks masks_of(const struct test *test, struct arena *arena) {
    struct test_masks masks = {.test = test};

    if (test->attribute == ATTRIBUTE_EVENT_ID) {
        masks.index = INDEX_EVENT_IDS;
        masks.hash = event_index_hash(event_id_hash(test->matcher.text));
        masks.indexed = true;
    } else {
        masks.index = INDEX_VALUES;
        masks.indexed = attribute_test_hash(test, &masks.hash);
    }
    if (masks.indexed)
        masks.groups = arena_new(arena, REMEMBERED_GROUPS, sizeof(*masks.groups));
    return masks;
}

struct presence *presence_new(const struct query *query, struct database *database,
                              struct arena *arena) {
    struct presence *presence = arena_new(arena, 1, sizeof(*presence));
    size_t count = 0;

    presence->query = query;
    presence->database = database;
    presence->masks = arena_new(arena, count_tests(query), sizeof(*presence->masks));
    for (size_t c = 0; c < query->condition_count; c++) {
        const struct condition *condition = &query->conditions[c];
        for (size_t a = 0; a < condition->alternative_count; a++) {
            for (size_t t = 0; t < condition->alternatives[a].test_count; t++)
                presence->masks[count++] = masks_of(&condition->alternatives[a].tests[t], arena);
        }
    }
    return presence;
}

static bool read_mask(struct presence *presence, const struct test_masks *masks, int64_t group,
                      uint32_t *out, struct err *err) {
    struct group_mask *known = &masks->groups[group % REMEMBERED_GROUPS];
    uint32_t mask = 0;

    if (known->group != group + 1) {
        if (!hash_index_blocks(presence->database, masks->index, group, masks->hash, &mask, err))
            return false;
        *known = (struct group_mask){group + 1, mask};
    }
    *out = known->mask;
    return true;
}

bool presence_test_may_match(struct presence *presence, size_t test, const struct block *block,
                             bool *out, struct err *err) {
    const struct test_masks *masks = &presence->masks[test];
    uint32_t mask;

    if (masks->test->attribute == ATTRIBUTE_IMPORT) {
        int64_t number = masks->test->matcher.number;
        *out = number >= block->first_import && number <= block->last_import;
        return true;
    }
    if (!masks->indexed) {
        *out = true;
        return true;
    }
    if (!read_mask(presence, masks, block->id / GROUP_BLOCKS, &mask, err))
        return false;
    *out = (mask >> (block->id % GROUP_BLOCKS) & 1) != 0;
    return true;
}

/* `first` is the number of the alternative's first test. */
static bool alternative_may_match(struct presence *presence, const struct alternative *alternative,
                                  size_t first, const struct block *block, bool *out,
                                  struct err *err) {
    *out = true;
    for (size_t t = 0; *out && t < alternative->test_count; t++) {
        if (!presence_test_may_match(presence, first + t, block, out, err))
            return false;
    }
    return true;
}

/* `*test` goes on to the first test of the next condition. */
static bool condition_may_match(struct presence *presence, const struct condition *condition,
                                size_t *test, const struct block *block, bool *out,
                                struct err *err) {
    *out = condition->negated; /* what a block holds cannot rule a negation out */
    for (size_t a = 0; a < condition->alternative_count; a++) {
        const struct alternative *alternative = &condition->alternatives[a];
        if (!*out && !alternative_may_match(presence, alternative, *test, block, out, err))
            return false;
        *test += alternative->test_count;
    }
    return true;
}

bool presence_may_match(struct presence *presence, const struct block *block, bool *out,
                        struct err *err) {
    size_t test = 0;

    *out = true;
    for (size_t c = 0; *out && c < presence->query->condition_count; c++) {
        if (!condition_may_match(presence, &presence->query->conditions[c], &test, block, out, err))
            return false;
    }
    return true;
}
