#include "store/presence.h"

#include "store/attribute.h"
#include "store/event_index.h"

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
    enum {
        MASK_NONE,     /* the indexes cannot tell */
        MASK_VALUE,    /* by the hash of the value */
        MASK_EVENT_ID, /* by the hash of the eventID */
    } kind;
    uint32_t value_hash;
    uint64_t id_hash;
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
    struct test_masks masks = {.test = test, .kind = MASK_NONE};

    if (test->attribute == ATTRIBUTE_EVENT_ID) {
        masks.kind = MASK_EVENT_ID;
        masks.id_hash = event_id_hash(test->matcher.text);
    } else if (attribute_test_hash(test, &masks.value_hash)) {
        masks.kind = MASK_VALUE;
    }
    if (masks.kind != MASK_NONE)
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

static bool read_value_mask(struct database *database, int64_t group, uint32_t hash, uint32_t *out,
                            struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_GET_PRESENCE, err);
    bool row;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, group);
    bind_integer(statement, 2, hash);
    if (!database_step(database, statement, &row, err))
        return false;
    *out = row ? (uint32_t)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return true;
}

static bool read_mask(struct presence *presence, const struct test_masks *masks, int64_t group,
                      uint32_t *out, struct err *err) {
    struct group_mask *known = &masks->groups[group % REMEMBERED_GROUPS];
    uint32_t mask = 0;

    if (known->group != group + 1) {
        bool good = masks->kind == MASK_EVENT_ID
                        ? event_index_blocks(presence->database, group, masks->id_hash, &mask, err)
                        : read_value_mask(presence->database, group, masks->value_hash, &mask, err);
        if (!good)
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
    if (masks->kind == MASK_NONE) {
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
