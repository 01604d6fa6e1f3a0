/* A trail in a made-up S3, with a clock that the test sets and looks that the test begins. */
#ifndef TRAILD_TESTS_SUPPORT_FOLLOWER_H
#define TRAILD_TESTS_SUPPORT_FOLLOWER_H

#include "collect/follower.h"
#include "tests/support_collect.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Accounts and regions. */
#define ONE  "111111111111"
#define TWO  "222222222222"
#define EAST "us-east-1"
#define WEST "eu-west-1"

struct following {
    struct collecting collecting;
    struct aws_client *client;
    struct fetcher *fetcher;
    struct agenda *agenda;
    struct allow_list allow;
    struct trails_config config;
    struct follower *follower;
    struct arena arena;
};

/* What the follower reads as the time. */
extern _Atomic int64_t clock_ms;
void set_clock(const char *text);

/* A store and all that follows a trail, but no trail yet; at noon of 2026-11-22. */
void following_open(struct following *following);
void following_close(struct following *following);

/* A trail of two accounts with a region each, two files; everything is seen. */
void following_open_usual(struct following *following);

/* All but the store and S3, which may be stopped and started again. */
void following_open_parts(struct following *following);
void following_close_parts(struct following *following);

/* Follows s3://bucket/PREFIX, from a time or NULL. Its discovery begins by itself. */
void follow(struct following *following, const char *prefix, const char *from);

/* As a new process does. */
void restart(struct following *following);

/* Waits until so many discoveries, looks and retries are over; fails if there are more. */
void wait_runs(struct following *following, int64_t runs);

/* A discovery, and the first look at each place that it finds. */
void discover(struct following *following, int64_t new_places);

/* One look at each place. */
void look(struct following *following);

/* One round of retries, of what is due. */
void try_again(struct following *following);

/* With those that follow from it by themselves, so many in all. */
void try_rounds(struct following *following, int64_t rounds);

/* In the arena of `following`. */
struct trail_view view_trail(struct following *following);

/* `at` as "2026/11/22 1155": the folder of the day and the minute of the name. In static memory
 * until the next call. */
const char *key_of(const char *account, const char *region, const char *at, const char *random);

/* Puts log_file(number) at that key. */
void put_file(struct following *following, const char *account, const char *region, const char *at,
              const char *random, int number);

/* Requests that S3 has answered. */
size_t count_gets(struct following *following);
size_t count_lists(struct following *following);

void check_events(struct following *following, int64_t events);

/* The trail's row is gone, so nothing of it can be saved. */
void drop_row(struct following *following);

/* A fault that refuses objects or lists. */
struct refusal {
    struct fake_s3 *s3;
    const char *part; /* of the key, or of a list's prefix */
    bool lists;
    int status;
    const char *code;
};

bool refuse_part(void *context, struct fake_connection *connection,
                 const struct fake_question *question);

#endif
