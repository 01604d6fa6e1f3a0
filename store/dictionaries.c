#include "store/dictionaries.h"

#include "base/memory.h"
#include "store/uuids.h"

/* Samples for training: more gain nothing. */
#define SAMPLES     6000
#define SAMPLES_MIN 1000
#define LEARN_AGAIN 16 /* when there are so many times more blocks */

static void add(struct dictionaries *dictionaries, struct dictionary *dictionary) {
    pthread_mutex_lock(&dictionaries->lock);
    dictionaries->list[dictionaries->count++] = dictionary;
    pthread_mutex_unlock(&dictionaries->lock);
}

void dictionaries_init(struct dictionaries *dictionaries, struct database *writer,
                       pthread_mutex_t *writing) {
    *dictionaries = (struct dictionaries){.writer = writer, .writing = writing};
    pthread_mutex_init(&dictionaries->learning, NULL);
    pthread_mutex_init(&dictionaries->lock, NULL);
}

static bool load_one(struct dictionaries *dictionaries, int64_t id, struct span bytes,
                     struct err *err) {
    if (dictionaries->count == DICTIONARIES_MAX)
        return err_set(err, ERR_INTERNAL, "the store has too many dictionaries");
    struct dictionary *dictionary = dictionary_load(id, bytes);
    if (dictionary == NULL)
        return err_set(err, ERR_INTERNAL, "dictionary %lld is damaged", (long long)id);
    add(dictionaries, dictionary);
    return true;
}

bool dictionaries_load(struct dictionaries *dictionaries, struct err *err) {
    struct database *database = dictionaries->writer;
    sqlite3_stmt *statement = database_prepare(database, SQL_LIST_DICTIONARIES, err);
    bool row = true;

    if (statement == NULL)
        return false;
    while (database_step(database, statement, &row, err) && row) {
        if (!load_one(dictionaries, sqlite3_column_int64(statement, 0), column_bytes(statement, 1),
                      err)) {
            sqlite3_reset(statement);
            return false;
        }
    }
    return !row;
}

void dictionaries_close(struct dictionaries *dictionaries) {
    for (size_t i = 0; i < dictionaries->count; i++)
        dictionary_free(dictionaries->list[i]);
    dictionaries->count = 0;
    pthread_mutex_destroy(&dictionaries->lock);
    pthread_mutex_destroy(&dictionaries->learning);
}

const struct dictionary *dictionaries_get(struct dictionaries *dictionaries, int64_t id) {
    const struct dictionary *found = NULL;

    pthread_mutex_lock(&dictionaries->lock);
    for (size_t i = 0; i < dictionaries->count; i++) {
        if (dictionaries->list[i]->id == id)
            found = dictionaries->list[i];
    }
    pthread_mutex_unlock(&dictionaries->lock);
    return found;
}

const struct dictionary *dictionaries_newest(struct dictionaries *dictionaries) {
    const struct dictionary *newest = NULL;

    pthread_mutex_lock(&dictionaries->lock);
    if (dictionaries->count > 0)
        newest = dictionaries->list[dictionaries->count - 1];
    pthread_mutex_unlock(&dictionaries->lock);
    return newest;
}

/* Records spread evenly over the batch, as frames hold them. */
static struct dictionary *train(const struct batch *batch, int64_t id) {
    size_t count = batch->rows < SAMPLES ? batch->rows : SAMPLES;
    size_t *lengths = memory_new(count, sizeof(*lengths));
    struct buffer text = {0};
    struct buffer uuids = {0};

    for (size_t i = 0; i < count; i++) {
        size_t before = text.length;
        uuids_take(batch->records[i * batch->rows / count], &text, &uuids);
        lengths[i] = text.length - before;
    }
    struct dictionary *dictionary = dictionary_train(id, buffer_span(&text), lengths, count);
    buffer_clear(&text);
    buffer_clear(&uuids);
    memory_free_at(&lengths);
    return dictionary;
}

static bool save(struct database *database, const struct dictionary *dictionary, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_ADD_DICTIONARY, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, dictionary->id);
    bind_bytes(statement, 2, dictionary->bytes);
    return database_run(database, statement, err);
}

static bool count_blocks(struct database *database, int64_t *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_LAST_BLOCK, err);
    bool row;

    if (statement == NULL || !database_step(database, statement, &row, err))
        return false;
    *out = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return true;
}

/* What came first may be like nothing that comes later, so a store learns again as it grows. */
static bool is_time(size_t dictionaries, int64_t blocks) {
    int64_t due = 1;

    for (size_t i = 0; i < dictionaries && due <= blocks; i++)
        due *= LEARN_AGAIN;
    return dictionaries == 0 || (dictionaries < DICTIONARIES_MAX && due <= blocks);
}

static bool learn(struct dictionaries *dictionaries, const struct batch *batch, struct err *err) {
    const struct dictionary *newest = dictionaries_newest(dictionaries);
    int64_t blocks;

    pthread_mutex_lock(dictionaries->writing);
    bool good = count_blocks(dictionaries->writer, &blocks, err);
    pthread_mutex_unlock(dictionaries->writing);
    if (!good || !is_time(dictionaries->count, blocks))
        return good;
    struct dictionary *dictionary = train(batch, newest == NULL ? 1 : newest->id + 1);
    if (dictionary == NULL)
        return true;
    pthread_mutex_lock(dictionaries->writing);
    good = save(dictionaries->writer, dictionary, err);
    pthread_mutex_unlock(dictionaries->writing);
    if (good)
        add(dictionaries, dictionary);
    else
        dictionary_free(dictionary);
    return good;
}

bool dictionaries_learn(struct dictionaries *dictionaries, const struct batch *batch,
                        struct err *err) {
    if (batch->rows < SAMPLES_MIN)
        return true;
    if (dictionaries_newest(dictionaries) == NULL)
        pthread_mutex_lock(&dictionaries->learning);
    else if (pthread_mutex_trylock(&dictionaries->learning) != 0)
        return true;
    bool good = learn(dictionaries, batch, err);
    pthread_mutex_unlock(&dictionaries->learning);
    return good;
}
