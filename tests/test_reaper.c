#include "server/reaper.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utc.h"
#include "tests/rows.h"

/* Nothing here waits longer than this, and only when it fails. */
#define PATIENCE_MS 20000

/* A TCP connection to ourselves. */
struct pair {
    int server;
    int client;
    struct sockaddr_in address;
};

static struct pair make_pair(void) {
    struct pair pair = {
        .address = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}}};
    socklen_t length = sizeof(pair.address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(listener, (struct sockaddr *)&pair.address, length), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&pair.address, &length), 0);
    pair.client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(pair.client, (struct sockaddr *)&pair.address, length), 0);
    pair.server = accept(listener, NULL, NULL);
    assert_true(pair.server >= 0);
    close(listener);
    return pair;
}

static void close_pair(struct pair *pair) {
    close(pair->server);
    if (pair->client >= 0)
        close(pair->client);
}

static struct reaper *start_at(const struct pace *pace) {
    struct reaper *reaper;
    struct err err;

    assert_true(reaper_start(pace, &reaper, &err));
    return reaper;
}

/* Requests may take as long as they like. */
static struct reaper *start(int64_t transfer_ms, int64_t min_rate) {
    const struct pace pace = {PATIENCE_MS, PATIENCE_MS, transfer_ms, min_rate};

    return start_at(&pace);
}

static struct connection *add(struct reaper *reaper, const struct pair *pair) {
    return reaper_add(reaper, pair->server, (const struct sockaddr *)&pair->address);
}

/* All that the client gets before its end, which must come. */
static size_t read_to_end(const struct pair *pair, char *out, size_t room) {
    struct pollfd client = {.fd = pair->client, .events = POLLIN};
    size_t total = 0;
    ssize_t length;

    do {
        assert_int_equal(poll(&client, 1, PATIENCE_MS), 1);
        length = recv(pair->client, out + total, room - total, 0);
        assert_true(length >= 0);
        total += (size_t)length;
    } while (length > 0);
    return total;
}

/* Each by its own time, while the other times are long: how soon a thread runs does not matter. */
#define SHORT_MS 50

static const struct cut_row {
    const char *name;
    struct pace pace;
    bool enters; /* else it is as it was added */
    enum phase phase;
    const char *why;
    const char *answer; /* how it begins */
} cuts[] = {
    {"no first request",
     {SHORT_MS, PATIENCE_MS, PATIENCE_MS, 100},
     false,
     PHASE_WAITING,
     "the request came too slowly",
     ""},
    {"no further request",
     {PATIENCE_MS, SHORT_MS, PATIENCE_MS, 100},
     true,
     PHASE_WAITING,
     "the request came too slowly",
     ""},
    {"no body",
     {PATIENCE_MS, PATIENCE_MS, SHORT_MS, 100},
     true,
     PHASE_RECEIVING,
     "the body came too slowly",
     "HTTP/1.1 408 "},
    {"an answer that is not read",
     {PATIENCE_MS, PATIENCE_MS, SHORT_MS, 100},
     true,
     PHASE_SENDING,
     "the client read too slowly",
     ""},
};

static void test_cut(void **state) {
    const struct cut_row *row = *state;
    struct reaper *reaper = start_at(&row->pace);
    struct pair pair = make_pair();
    struct connection *connection = add(reaper, &pair);
    char answer[4096];

    assert_string_equal(connection->client, "127.0.0.1");
    assert_int_equal(reaper_count(reaper), 1);
    if (row->enters)
        reaper_enter(reaper, connection, row->phase);
    size_t length = read_to_end(&pair, answer, sizeof(answer));
    assert_int_equal(length > 0, row->answer[0] != '\0');
    assert_memory_equal(answer, row->answer, strlen(row->answer));
    assert_string_equal(reaper_cut(reaper, connection), row->why);
    reaper_remove(reaper, connection);
    assert_int_equal(reaper_count(reaper), 0);
    reaper_stop(reaper);
    close_pair(&pair);
}

#define SILENCE_MS 200

/* False when the connection was ended. */
static bool pass_bytes(const struct pair *pair) {
    char bytes[64] = {0};

    return send(pair->client, bytes, sizeof(bytes), MSG_NOSIGNAL) == sizeof(bytes) &&
           recv(pair->server, bytes, sizeof(bytes), MSG_WAITALL) == sizeof(bytes);
}

/* Sends a little now and then, several times as long as it might be silent; gives its longest
 * pause. */
static int64_t keep_sending(const struct pair *pair) {
    int64_t before_ms = monotonic_ms();
    int64_t end_ms = before_ms + 4 * SILENCE_MS;
    int64_t longest_ms = 0;
    bool open = true;

    while (open && before_ms < end_ms) {
        open = pass_bytes(pair);
        poll(NULL, 0, 5);
        int64_t now_ms = monotonic_ms();
        longest_ms = now_ms - before_ms > longest_ms ? now_ms - before_ms : longest_ms;
        before_ms = now_ms;
    }
    return longest_ms;
}

/* A sender who was himself held up proves nothing, and begins anew. */
static void test_a_transfer_that_moves(void **state) {
    const char *cut;
    int64_t pause_ms;

    (void)state;
    do {
        struct reaper *reaper = start(SILENCE_MS, 10);
        struct pair pair = make_pair();
        struct connection *connection = add(reaper, &pair);
        reaper_enter(reaper, connection, PHASE_RECEIVING);
        pause_ms = keep_sending(&pair);
        cut = reaper_cut(reaper, connection);
        reaper_remove(reaper, connection);
        reaper_stop(reaper);
        close_pair(&pair);
    } while (cut != NULL && pause_ms >= SILENCE_MS / 2);
    assert_null(cut);
}

/* It is we who are slow then. The connection without a byte is cut later than this one would be. */
static void test_a_request_that_nobody_has_read_yet(void **state) {
    static const struct pace pace = {SHORT_MS, PATIENCE_MS, PATIENCE_MS, 100};
    struct reaper *reaper = start_at(&pace);
    struct pair pair = make_pair();
    struct pair silent = make_pair();
    char byte = 'G';

    (void)state;
    assert_int_equal(send(pair.client, &byte, 1, 0), 1);
    struct connection *connection = add(reaper, &pair);
    struct connection *other = add(reaper, &silent);
    assert_int_equal(read_to_end(&silent, &byte, 1), 0);
    assert_string_equal(reaper_cut(reaper, other), "the request came too slowly");
    assert_null(reaper_cut(reaper, connection));
    assert_int_equal(recv(pair.server, &byte, 1, 0), 1);
    assert_int_equal(read_to_end(&pair, &byte, 1), 0);
    assert_string_equal(reaper_cut(reaper, connection), "the request came too slowly");
    reaper_remove(reaper, connection);
    reaper_remove(reaper, other);
    reaper_stop(reaper);
    close_pair(&pair);
    close_pair(&silent);
}

static bool becomes_true(atomic_bool *flag) {
    for (int64_t end = monotonic_ms() + PATIENCE_MS; monotonic_ms() < end; poll(NULL, 0, 1)) {
        if (atomic_load(flag))
            return true;
    }
    return false;
}

static void test_a_client_that_leaves_while_we_work(void **state) {
    struct reaper *reaper = start(SHORT_MS, 100);
    struct pair pair = make_pair();
    struct pair other = make_pair();
    struct connection *connection = add(reaper, &pair);
    struct connection *stays = add(reaper, &other);

    (void)state;
    reaper_enter(reaper, connection, PHASE_WORKING);
    reaper_enter(reaper, stays, PHASE_WORKING);
    close(pair.client);
    pair.client = -1;
    assert_true(becomes_true(&connection->cancel));
    assert_false(atomic_load(&stays->cancel));
    /* Working takes as long as it takes. */
    assert_null(reaper_cut(reaper, stays));
    reaper_remove(reaper, connection);
    reaper_remove(reaper, stays);
    reaper_stop(reaper);
    close_pair(&pair);
    close_pair(&other);
}

/* The library does not always see that a client has left in the middle of a body. */
static void test_a_client_that_leaves_with_half_a_body(void **state) {
    struct reaper *reaper = start(PATIENCE_MS * 2, 100);
    struct pair pair = make_pair();
    struct connection *connection = add(reaper, &pair);
    struct pollfd server = {.fd = pair.server, .events = 0};

    (void)state;
    reaper_enter(reaper, connection, PHASE_RECEIVING);
    close(pair.client);
    pair.client = -1;
    /* Shut down by us, too: only then is it a hang-up. */
    assert_int_equal(poll(&server, 1, PATIENCE_MS), 1);
    assert_true((server.revents & POLLHUP) != 0);
    assert_null(reaper_cut(reaper, connection));
    reaper_remove(reaper, connection);
    reaper_stop(reaper);
    close_pair(&pair);
}

/* The refused sender still gets what was sent to it, although the socket was closed with bytes
 * unread. */
static void test_a_refused_sender_reads_its_answer(void **state) {
    struct reaper *reaper = start(PATIENCE_MS, 100);
    struct pair pair = make_pair();
    struct connection *connection = add(reaper, &pair);
    char bytes[4096] = {0};

    (void)state;
    assert_int_equal(send(pair.client, bytes, sizeof(bytes), 0), sizeof(bytes));
    assert_int_equal(send(pair.server, "no", 2, 0), 2);
    assert_int_equal(shutdown(pair.server, SHUT_WR), 0);
    connection->linger = true;
    reaper_remove(reaper, connection);
    close(pair.server);
    assert_int_equal(send(pair.client, bytes, sizeof(bytes), MSG_NOSIGNAL), sizeof(bytes));
    assert_int_equal(recv(pair.client, bytes, 2, MSG_WAITALL), 2);
    assert_memory_equal(bytes, "no", 2);
    assert_int_equal(recv(pair.client, bytes, 1, 0), 0);
    close(pair.client);
    reaper_stop(reaper);
}

static void test_giving_up(void **state) {
    struct reaper *reaper = start(PATIENCE_MS, 0);
    struct pair receiving = make_pair();
    struct pair working = make_pair();
    struct connection *first = add(reaper, &receiving);
    struct connection *second = add(reaper, &working);
    char nothing[1];

    (void)state;
    reaper_enter(reaper, first, PHASE_RECEIVING);
    reaper_enter(reaper, second, PHASE_WORKING);
    reaper_cancel_all(reaper);
    assert_int_equal(read_to_end(&receiving, nothing, sizeof(nothing)), 0);
    assert_true(atomic_load(&second->cancel));
    assert_null(reaper_cut(reaper, second));
    reaper_remove(reaper, first);
    reaper_remove(reaper, second);
    reaper_stop(reaper);
    close_pair(&receiving);
    close_pair(&working);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_cut, cuts),
        TEST(test_a_transfer_that_moves),
        TEST(test_a_request_that_nobody_has_read_yet),
        TEST(test_a_client_that_leaves_while_we_work),
        TEST(test_a_client_that_leaves_with_half_a_body),
        TEST(test_a_refused_sender_reads_its_answer),
        TEST(test_giving_up),
    };

    return rows_run("reaper", all, ARRAY_LENGTH(all));
}
