#include "store/commit_queue.h"

#include "store/import_commit.h"
#include "store/open_block.h"

void commit_queue_init(struct commit_queue *queue) {
    *queue = (struct commit_queue){0};
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->done, NULL);
}

void commit_queue_close(struct commit_queue *queue) {
    pthread_cond_destroy(&queue->done);
    pthread_mutex_destroy(&queue->lock);
}

/* ---- transactions, as the writer ---- */

/* The memory that a failed transaction must not have changed. */
struct before {
    int64_t last_import;
    struct open_mark open;
};

static struct before remember(const struct store *store) {
    return (struct before){store->last_import, open_block_mark(store)};
}

static void go_back(struct store *store, const struct before *before) {
    database_rollback(&store->writer);
    store->last_import = before->last_import;
    open_block_restore(store, before->open);
}

/* All commits up to `end` in one transaction. */
static bool write_together(struct store *store, struct commit *first, const struct commit *end,
                           struct err *err) {
    struct before before = remember(store);
    bool good = database_do(&store->writer, SQL_BEGIN_WRITE, err);

    for (struct commit *commit = first; good && commit != end; commit = commit->next)
        good = commit_write(commit, err);
    good = good && database_do(&store->writer, SQL_COMMIT, err);
    if (!good)
        go_back(store, &before);
    return good;
}

static void write_alone(struct store *store, struct commit *commit) {
    commit->good = write_together(store, commit, commit->next, &commit->err);
}

/* A commit that fails must not take others with it. */
static void write_list(struct store *store, struct commit *first, const struct commit *end) {
    bool good = first->next != end && write_together(store, first, end, &first->err);

    for (struct commit *commit = first; commit != end; commit = commit->next) {
        if (good)
            commit->good = true;
        else
            write_alone(store, commit);
    }
}

/* As many as the open block takes besides what is there, one at least. */
static struct commit *find_end(const struct store *store, struct commit *first) {
    struct commit *end = first->next;
    size_t rows = commit_pending_rows(first);
    size_t bytes = commit_pending_bytes(first);

    while (end != NULL && open_block_has_room(store, rows + commit_pending_rows(end),
                                              bytes + commit_pending_bytes(end))) {
        rows += commit_pending_rows(end);
        bytes += commit_pending_bytes(end);
        end = end->next;
    }
    return end;
}

static void write_all(struct store *store, struct commit *first) {
    while (first != NULL) {
        struct commit *end = first->next;
        if (open_block_make_room(store, commit_pending_rows(first), commit_pending_bytes(first),
                                 &first->err)) {
            end = find_end(store, first);
            write_list(store, first, end);
        }
        first = end;
    }
    open_block_seal_when_full(store);
}

/* ---- the queue ---- */

static void append(struct commit_queue *queue, struct commit *commit) {
    commit->next = NULL;
    if (queue->first == NULL)
        queue->first = commit;
    else
        queue->last->next = commit;
    queue->last = commit;
}

/* With the queue's lock held. */
static void lead(struct store *store) {
    struct commit_queue *queue = &store->commits;
    struct commit *all = TAKE(queue->first);

    queue->led = true;
    pthread_mutex_unlock(&queue->lock);
    pthread_mutex_lock(&store->writing);
    write_all(store, all);
    pthread_mutex_unlock(&store->writing);
    pthread_mutex_lock(&queue->lock);
    queue->led = false;
    for (struct commit *commit = all, *next; commit != NULL; commit = next) {
        next = commit->next; /* its owner goes on as soon as it is done */
        commit->done = true;
    }
    pthread_cond_broadcast(&queue->done);
}

void commit_run(struct store *store, struct commit *commit) {
    struct commit_queue *queue = &store->commits;

    pthread_mutex_lock(&queue->lock);
    append(queue, commit);
    while (!commit->done && queue->led)
        pthread_cond_wait(&queue->done, &queue->lock);
    if (!commit->done)
        lead(store);
    pthread_mutex_unlock(&queue->lock);
}
