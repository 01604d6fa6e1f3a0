/* Lists of a bucket: ListObjectsV2, page by page. */
#include "aws/s3.h"

#include "aws/call.h"
#include "aws/client_state.h"
#include "aws/list_answer.h"
#include "aws/refusal.h"
#include "aws/retry.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/percent.h"

static void add_item(struct buffer *query, const char *name, struct span value) {
    if (query->length > 0)
        buffer_append_byte(query, '&');
    buffer_append_text(query, name);
    buffer_append_byte(query, '=');
    percent_encode(value, query);
}

static struct span query_of(const struct s3_list *list, struct span token, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) query;
    size_t most = list->max_keys > 0 ? list->max_keys : S3_PAGE_KEYS;

    buffer_init(&query, 0);
    if (token.data != NULL)
        add_item(&query, "continuation-token", token);
    if (list->folders)
        add_item(&query, "delimiter", SPAN("/"));
    add_item(&query, "encoding-type", SPAN("url"));
    add_item(&query, "list-type", SPAN("2"));
    buffer_append_format(&query, "&max-keys=%zu", most);
    add_item(&query, "prefix", list->prefix);
    if (list->start_after.length > 0 && token.data == NULL)
        add_item(&query, "start-after", list->start_after);
    return arena_copy(arena, buffer_span(&query));
}

/* The page of a token (SPAN_NONE: the first), and the token of the next one. An answer that makes
 * no sense may have been damaged on its way, so it is asked for again. */
static bool list_with_token(struct aws_channel *channel, const struct s3_list *list,
                            const atomic_bool *cancel, struct arena *arena, struct s3_page *out,
                            struct span *token, struct err *err) {
    const struct aws_call call = {.service = "s3",
                                  .method = "GET",
                                  .bucket = list->bucket,
                                  .path = SPAN("/"),
                                  .query = query_of(list, *token, arena),
                                  .about = s3_uri(list->bucket, list->prefix, arena),
                                  .cancel = cancel};
    struct retry retry = {.attempts = aws_client_attempts(aws_channel_client(channel)),
                          .cancel = cancel};
    struct transport_answer answer;

    do {
        if (!aws_call(channel, &call, arena, &answer, err))
            return false;
        if (list_answer_read(answer.body, list, arena, out, token, err))
            return true;
        err_add(err, "%.*s", SPAN_ARGS(refusal_about(call.about, arena)));
    } while (retry_wait(&retry, RETRY_FAILED, 0, err));
    return false;
}

static bool nonsense(struct err *err, const char *why) {
    return err_set(err, ERR_REMOTE, "the list makes no sense: %s", why);
}

/* A server that has passed by much that is deleted may end a page before it found anything: then
 * only the token leads on. */
static bool next_page(struct aws_channel *channel, const struct s3_list *list,
                      const atomic_bool *cancel, struct arena *arena, struct s3_page *out,
                      struct span *token, struct err *err) {
    struct s3_page page;

    for (int i = 0; i < LIMIT_EMPTY_PAGES; i++) {
        if (!list_with_token(channel, list, cancel, arena, &page, token, err))
            return false;
        if (!page.more || !s3_page_is_empty(&page)) {
            *out = page;
            return true;
        }
    }
    (void)!nonsense(err, "page after page is empty");
    return err_add(err, "%.*s",
                   SPAN_ARGS(refusal_about(s3_uri(list->bucket, list->prefix, arena), arena)));
}

bool s3_list_page(struct aws_channel *channel, const struct s3_list *list,
                  const atomic_bool *cancel, struct arena *arena, struct s3_page *out,
                  struct err *err) {
    struct span token = SPAN_NONE;

    return next_page(channel, list, cancel, arena, out, &token, err);
}

/* Behind those of the pages before. */
static bool append_page(const struct s3_page *page, struct arena *arena, struct s3_page *all,
                        struct err *err) {
    if (all->count + all->folder_count + page->count + page->folder_count > LIMIT_FOLDERS)
        return err_set(err, ERR_REMOTE, "more than %d folders and objects lie in one folder",
                       LIMIT_FOLDERS);
    if (all->folder_count > 0 && page->folder_count > 0 &&
        span_compare(page->folders[0], all->folders[all->folder_count - 1]) <= 0)
        return nonsense(err, "folders come again");
    for (size_t i = 0; i < page->count; i++) {
        all->objects = arena_grow(arena, all->objects, all->count, sizeof(*all->objects));
        all->objects[all->count++] = page->objects[i];
    }
    for (size_t i = 0; i < page->folder_count; i++) {
        all->folders = arena_grow(arena, all->folders, all->folder_count, sizeof(*all->folders));
        all->folders[all->folder_count++] = page->folders[i];
    }
    return true;
}

bool s3_list_folders(struct aws_channel *channel, struct span bucket, struct span prefix,
                     const atomic_bool *cancel, struct arena *arena, struct s3_page *out,
                     struct err *err) {
    const struct s3_list list = {.bucket = bucket, .prefix = prefix, .folders = true};
    struct span token = SPAN_NONE;
    struct s3_page page = {0};
    struct s3_page all = {0};

    do {
        if (!next_page(channel, &list, cancel, arena, &page, &token, err))
            return false;
        if (!append_page(&page, arena, &all, err) ||
            (page.more && token.data == NULL && !nonsense(err, "there is more, but no way to it")))
            return err_add(err, "%.*s",
                           SPAN_ARGS(refusal_about(s3_uri(bucket, prefix, arena), arena)));
    } while (page.more);
    *out = all;
    return true;
}
