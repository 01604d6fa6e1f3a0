/* What goes wrong with a trail, in the log: nobody waits for an answer, and not everybody looks at
 * GET /v1/trails. What fails once mostly fails again and again, so a line tells a minute's worth.
 */
#include "base/utc.h"
#include "collect/follower.h"

#include "base/log.h"

static void log_about(const struct follower *follower, enum log_level level, const char *message,
                      struct span reason) {
    struct buffer CLEANUP(buffer_clear) uri = {0};
    struct log_line line;

    buffer_append_format(&uri, "s3://%.*s/%.*s", SPAN_ARGS(follower->bucket),
                         SPAN_ARGS(follower->prefix));
    log_begin(&line, level, message);
    log_number(&line, "trail", follower->id);
    log_text(&line, "uri", buffer_span(&uri));
    if (reason.data != NULL)
        log_text(&line, "reason", reason);
    log_end(&line);
}

/* With the lock held: whether it is time for a line, which then is written. */
static bool is_time(struct follower *follower, int64_t *told_ms) {
    int64_t now_ms = follower->config->now_ms();

    if (*told_ms != 0 && now_ms >= *told_ms && now_ms - *told_ms < MS_PER_MINUTE)
        return false;
    *told_ms = now_ms;
    return true;
}

void follower_log_failure(struct follower *follower, const struct err *err) {
    pthread_mutex_lock(&follower->lock);
    bool tell = is_time(follower, &follower->failure_told_ms);
    pthread_mutex_unlock(&follower->lock);
    if (tell)
        log_about(follower, LOG_WARN,
                  follower->follows ? "a trail could not be read: trying again later"
                                    : "a trail is not followed",
                  span_of(err->text));
}

void follower_log_recovery(struct follower *follower) {
    pthread_mutex_lock(&follower->lock);
    bool tell = follower->failure_told_ms != 0 && !follower_is_failing(follower);
    if (tell)
        follower->failure_told_ms = 0;
    pthread_mutex_unlock(&follower->lock);
    if (tell)
        log_about(follower, LOG_INFO, "a trail is read again", SPAN_NONE);
}

void follower_log_file(struct follower *follower, const struct err *err) {
    pthread_mutex_lock(&follower->lock);
    bool tell = is_time(follower, &follower->file_told_ms);
    pthread_mutex_unlock(&follower->lock);
    if (tell)
        log_about(follower, LOG_WARN, "a file of a trail could not be imported: trying again later",
                  span_of(err->text));
}
