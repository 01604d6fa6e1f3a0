/* Which accounts and regions a trail has: lists of folders, level by level, of the levels that
 * CloudTrail's layout has and no other. So a bucket is never listed as a whole, whatever else lies
 * in it. */
#include "collect/follower.h"

#include "base/utc.h"
#include "collect/pace.h"

/* Many accounts are looked through less often: a discovery makes at most this many lists in an
 * interval of --follow-interval, by and large. */
#define LISTS_PER_INTERVAL 60

/* What fails for now costs its time limit, so a discovery goes on behind so few such failures. */
#define PASSING_FAILURES 3

struct discovery {
    struct follower *follower;
    struct aws_channel *channel;
    struct arena *arena;
    struct err *err;
    bool names;                /* looks into the folders of accounts for other kinds, too */
    struct trail_notes *notes; /* folders counted by this discovery */
    int64_t lists;
    int failures;     /* of accounts behind which it went on */
    int passing;      /* of these, those that may pass */
    struct err first; /* of these */
};

static bool list(struct discovery *self, struct span prefix, struct s3_page *out) {
    struct follower *follower = self->follower;

    self->lists++;
    return s3_list_folders(self->channel, follower->bucket, prefix, &follower->cancel, self->arena,
                           out, self->err);
}

/* After a failure: one account, or one organization, that may not be listed hides none of the
 * others. False: it is too much. */
static bool goes_on(struct discovery *self) {
    if (self->err->kind == ERR_CANCELLED)
        return false;
    if (self->failures++ == 0)
        self->first = *self->err;
    return !err_may_pass(self->err) || ++self->passing < PASSING_FAILURES;
}

/* Of several failures the first one says the most: that of the folder where log files are usual. */
static bool check_all_listed(struct discovery *self, bool listed) {
    if (self->failures == 0)
        return listed;
    if (self->err->kind != ERR_CANCELLED)
        *self->err = self->first;
    return false;
}

static bool found_region(struct discovery *self, struct span folder) {
    struct follower *follower = self->follower;

    pthread_mutex_lock(&follower->lock);
    bool room = follower->place_count < LIMIT_PLACES;
    size_t before = follower->place_count;
    struct place *place = room ? place_add(follower, folder, NULL) : NULL;
    bool is_new = room && follower->place_count > before;
    pthread_mutex_unlock(&follower->lock);
    if (!room)
        return err_set(self->err, ERR_REMOTE, "s3://%.*s/%.*s: more than %d accounts and regions",
                       SPAN_ARGS(follower->bucket), SPAN_ARGS(follower->prefix), LIMIT_PLACES);
    if (is_new)
        agenda_set(follower->config->agenda, &place->item, 0);
    return true;
}

/* `.../CloudTrail/` */
static bool list_regions(struct discovery *self, struct span logs) {
    struct s3_page page;

    if (!list(self, logs, &page))
        return false;
    for (size_t i = 0; i < page.folder_count; i++) {
        if (!key_is_region(key_folder_name(page.folders[i])))
            trail_notes_add_folder(self->notes, span_of(key_kind_word(KEY_FOREIGN)),
                                   page.folders[i]);
        else if (!found_region(self, page.folders[i]))
            return false;
    }
    return true;
}

/* What lies beside CloudTrail/ is only named, so it need not be known at once. */
static bool name_services(struct discovery *self, struct span account) {
    struct s3_page page;

    if (!list(self, account, &page))
        return false;
    for (size_t i = 0; i < page.folder_count; i++) {
        enum key_kind kind = key_facts_of(page.folders[i]).place;
        if (kind != KEY_LOG)
            trail_notes_add_folder(self->notes, span_of(key_kind_word(kind)), page.folders[i]);
    }
    return true;
}

/* In an arena of its own: there may be thousands. */
static bool list_account(struct discovery *self, struct span account) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct discovery here = *self;

    here.arena = &arena;
    bool good = list_regions(&here, arena_join(here.arena, account, SPAN("CloudTrail/"))) &&
                (!self->names || name_services(&here, account));
    self->lists = here.lists;
    return good;
}

/* `AWSLogs/` or an organization's folder in it. An AWSLogs/ within it is a trail's prefix. */
static bool list_accounts(struct discovery *self, struct span root, int depth) {
    struct s3_page page;

    if (!list(self, root, &page))
        return false;
    for (size_t i = 0; i < page.folder_count; i++) {
        struct span folder = page.folders[i];
        struct key_facts facts = key_facts_of(folder);
        bool deeper =
            facts.organization.data != NULL || span_equal(key_folder_name(folder), SPAN("AWSLogs"));
        if (facts.account.data != NULL) {
            if (!list_account(self, folder) && !goes_on(self))
                return false;
        } else if (deeper && depth < 2) {
            if (!list_accounts(self, folder, depth + 1) && !goes_on(self))
                return false;
        } else {
            trail_notes_add_folder(self->notes, span_of(key_kind_word(KEY_FOREIGN)), folder);
        }
    }
    return true;
}

/* Above AWSLogs/: Control Tower puts the organization's id before it. */
static bool list_roots(struct discovery *self, struct span folder) {
    struct s3_page page;

    if (!list_accounts(self, arena_join(self->arena, folder, SPAN("AWSLogs/")), 0) &&
        !goes_on(self))
        return false;
    if (!list(self, arena_join(self->arena, folder, SPAN("o-")), &page))
        return false;
    for (size_t i = 0; i < page.folder_count; i++) {
        struct span root = arena_join(self->arena, page.folders[i], SPAN("AWSLogs/"));
        if (!list_accounts(self, root, 0) && !goes_on(self))
            return false;
    }
    return true;
}

static bool discover(struct discovery *self) {
    struct follower *follower = self->follower;
    struct span prefix = follower->prefix;
    struct key_facts facts = key_facts_of(prefix);

    if (facts.region.data != NULL)
        return found_region(self, prefix);
    if (facts.place == KEY_LOG)
        return list_regions(self, prefix);
    if (facts.account.data != NULL)
        return list_account(self, prefix);
    if (facts.organization.data != NULL)
        return list_accounts(self, prefix, 1);
    if (prefix.length > 0 && span_equal(key_folder_name(prefix), SPAN("AWSLogs")))
        return list_accounts(self, prefix, 0);
    return list_roots(self, prefix);
}

/* Nothing at all is most likely a mistake in the address. */
static bool check_found(struct discovery *self) {
    struct follower *follower = self->follower;

    pthread_mutex_lock(&follower->lock);
    bool found = follower->place_count > 0;
    pthread_mutex_unlock(&follower->lock);
    return found || err_set(self->err, ERR_ABSENT,
                            "s3://%.*s/%.*s: there are no log files of CloudTrail here yet; what "
                            "is followed is the folder in which AWSLogs/ lies, or one within it",
                            SPAN_ARGS(follower->bucket), SPAN_ARGS(follower->prefix));
}

/* ---- from time to time ---- */

static int64_t today(const struct follower *follower) {
    return follower->config->now_ms() / MS_PER_DAY;
}

static bool save_notes(struct discovery *self) {
    struct follower *follower = self->follower;

    pthread_mutex_lock(&follower->saving);
    pthread_mutex_lock(&follower->lock);
    if (self->names)
        trail_notes_set_folders(&follower->notes, self->notes);
    struct span notes = follower_take_notes(follower, self->arena);
    pthread_mutex_unlock(&follower->lock);
    bool good = notes.data == NULL ||
                store_save_trail_notes(follower->config->store, follower->id, notes, self->err);
    pthread_mutex_unlock(&follower->saving);
    return good;
}

/* At least `least_ms`, and longer after many lists. */
static int64_t pace_of_lists_ms(const struct discovery *self, int64_t least_ms) {
    int64_t slow_ms = self->lists * self->follower->config->interval_ms / LISTS_PER_INTERVAL;

    return slow_ms > least_ms ? slow_ms : least_ms;
}

static int64_t went_well(struct discovery *self) {
    struct follower *follower = self->follower;

    pthread_mutex_lock(&follower->lock);
    follower->discovered = true;
    follower->runs++;
    follower->failures = 0;
    follower->listed_ms = follower->config->now_ms();
    if (self->names)
        follower->named_day = today(follower);
    pthread_mutex_unlock(&follower->lock);
    follower_log_recovery(follower);
    return pace_of_lists_ms(self, PACE_SLOWEST * follower->config->interval_ms);
}

static int64_t went_wrong(struct discovery *self) {
    struct follower *follower = self->follower;

    follower_note_failure(follower, self->err);
    pthread_mutex_lock(&follower->lock);
    int64_t failures = ++follower->failures;
    follower->runs++;
    pthread_mutex_unlock(&follower->lock);
    return pace_of_lists_ms(self, pace_after_failures_ms(follower->config->interval_ms, failures));
}

void discovery_run(struct agenda_item *item, struct aws_channel *channel) {
    struct follower *follower = ((struct follower_task *)item)->follower;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct trail_notes CLEANUP(trail_notes_clear) notes = {0};
    struct err err;
    struct discovery self = {
        .follower = follower,
        .channel = channel,
        .arena = &arena,
        .err = &err,
        .notes = &notes,
    };

    pthread_mutex_lock(&follower->lock);
    self.names = follower->named_day != today(follower);
    pthread_mutex_unlock(&follower->lock);
    bool good = check_all_listed(&self, discover(&self)) && check_found(&self) && save_notes(&self);
    int64_t wait_ms = good ? went_well(&self) : went_wrong(&self);
    agenda_set(follower->config->agenda, item, monotonic_ms() + wait_ms);
}
