#include "tests/support_commits.h"

#include "store/import_commit.h"
#include "tests/rows.h"
#include "tests/support_patience.h"

/* SQLite calls it for each COMMIT; what is not 0 makes that fail and roll back. */
static int on_commit(void *context) {
    struct commits *commits = context;

    pthread_mutex_lock(&commits->lock);
    commits->seen++;
    commits->waiting = commits->held;
    pthread_cond_broadcast(&commits->changed);
    while (commits->held)
        pthread_cond_wait(&commits->changed, &commits->lock);
    commits->waiting = false;
    int failing = (commits->failing & 1) != 0 ||
                  (commits->one_in > 0 && dice_one_in(&commits->dice, commits->one_in));
    commits->failing >>= 1;
    pthread_mutex_unlock(&commits->lock);
    return failing;
}

void commits_watch(struct commits *commits, struct store *store) {
    *commits = (struct commits){.store = store, .dice = {42}};
    pthread_mutex_init(&commits->lock, NULL);
    pthread_cond_init(&commits->changed, NULL);
    sqlite3_commit_hook(store->writer.handle, on_commit, commits);
}

int64_t commits_seen(struct commits *commits) {
    pthread_mutex_lock(&commits->lock);
    int64_t seen = commits->seen;
    pthread_mutex_unlock(&commits->lock);
    return seen;
}

void commits_fail(struct commits *commits, uint64_t failing) {
    pthread_mutex_lock(&commits->lock);
    commits->failing = failing;
    pthread_mutex_unlock(&commits->lock);
}

void commits_fail_one_in(struct commits *commits, uint64_t one_in) {
    pthread_mutex_lock(&commits->lock);
    commits->one_in = one_in;
    pthread_mutex_unlock(&commits->lock);
}

static void set_held(struct commits *commits, bool held) {
    pthread_mutex_lock(&commits->lock);
    commits->held = held;
    pthread_cond_broadcast(&commits->changed);
    pthread_mutex_unlock(&commits->lock);
}

void commits_hold(struct commits *commits) {
    set_held(commits, true);
}

void commits_release(struct commits *commits) {
    set_held(commits, false);
}

void commits_wait_held(struct commits *commits) {
    pthread_mutex_lock(&commits->lock);
    while (!commits->waiting)
        pthread_cond_wait(&commits->changed, &commits->lock);
    pthread_mutex_unlock(&commits->lock);
}

static void set_led(struct commit_queue *queue, bool led) {
    pthread_mutex_lock(&queue->lock);
    queue->led = led;
    pthread_cond_broadcast(&queue->done);
    pthread_mutex_unlock(&queue->lock);
}

void commits_gather(struct commits *commits) {
    set_led(&commits->store->commits, true);
}

void commits_go_on(struct commits *commits) {
    set_led(&commits->store->commits, false);
}

static size_t count_queued(struct commit_queue *queue) {
    size_t count = 0;

    pthread_mutex_lock(&queue->lock);
    for (const struct commit *commit = queue->first; commit != NULL; commit = commit->next)
        count++;
    pthread_mutex_unlock(&queue->lock);
    return count;
}

void commits_wait_queued(struct commits *commits, size_t count) {
    for (struct patience patience = {0}; count_queued(&commits->store->commits) < count;)
        patience_nap(&patience, "commits in the queue");
}

void *run_upload(void *context) {
    struct upload *upload = context;
    struct import_facts facts = made_facts(upload->from, upload->to, upload->salt);
    struct import *import = import_begin(upload->store);
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};

    if (upload->object.tag != 0)
        facts.object = upload->object;
    upload->outcome = (struct outcome){0};
    made_add(import, upload->from, upload->to);
    bool good = import_commit(import, &facts, &arena, &receipt, &err);
    note_outcome(NULL, &upload->outcome, good ? &receipt : NULL, &err);
    arena_clear(&arena);
    return NULL;
}

void run_together(struct commits *commits, struct upload *uploads, size_t count, uint64_t failing) {
    commits_gather(commits);
    for (size_t i = 0; i < count; i++) {
        uploads[i].store = commits->store;
        assert_int_equal(pthread_create(&uploads[i].thread, NULL, run_upload, &uploads[i]), 0);
        commits_wait_queued(commits, i + 1);
    }
    commits_fail(commits, failing);
    commits_go_on(commits);
    for (size_t i = 0; i < count; i++)
        pthread_join(uploads[i].thread, NULL);
}
