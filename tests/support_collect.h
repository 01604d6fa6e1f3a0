/* A store and a collector that reads from a made-up S3, and log files for it. */
#ifndef TRAILD_TESTS_SUPPORT_COLLECT_H
#define TRAILD_TESTS_SUPPORT_COLLECT_H

#include "collect/collector.h"
#include "store/collection.h"
#include "tests/support_fake_s3.h"
#include "tests/support_store.h"

struct collecting {
    struct scratch_store scratch;
    struct fake_s3 *s3;
    struct spool_place spools;
    struct collector *collector;
    struct arena arena; /* of what is asked */
};

/* Of downloads at once; the bucket "bucket" is allowed. */
void collecting_open(struct collecting *collecting, size_t downloads);
void collecting_close(struct collecting *collecting);

/* The configuration that it is opened with. */
struct collector_config collecting_config(const struct collecting *collecting, size_t downloads);

/* The two halves: all but the collector, and that alone, which may be stopped and started again. */
void collecting_open_store(struct collecting *collecting);
void collecting_start(struct collecting *collecting, size_t downloads);
void collecting_stop(struct collecting *collecting);

/* A log file of one event that no other number has; in static memory until the next call. */
struct span log_file(int number);

/* One of `bytes`, up to 100,000, that no compression makes fit into the pages a store has. */
struct span large_log_file(int number, size_t bytes);

/* A digest of CloudTrail, as far as it is told by what stands in it. */
#define DIGEST "{\"awsAccountId\":\"1\",\"digestStartTime\":\"x\",\"digestS3Object\":\"y\"}"

/* Puts log_file(number) at `folder`NNNN.json of "bucket"; numbers [from, to). */
void put_files(struct fake_s3 *s3, const char *folder, int from, int to);

/* Begins the import of s3://bucket/PREFIX. */
int64_t begin_prefix(struct collecting *collecting, const char *prefix);

struct receipt get_receipt(struct collecting *collecting, int64_t id);

/* That of one which is not over. */
struct import_live progress_of(struct collecting *collecting, int64_t id);

void check_progress(const struct import_progress *progress, int64_t done, int64_t known,
                    int64_t skipped, int64_t failed);

/* The kinds of what was skipped, as JSON. */
void check_skipped(struct span text, const char *expected);

/* Waits until an import is over. */
struct receipt wait_over(struct collecting *collecting, int64_t id);

/* Waits until so many of its files have ended in some way. */
void wait_ended_files(struct collecting *collecting, int64_t id, int64_t files);

/* Waits until so many are listed. */
void wait_listed(struct collecting *collecting, int64_t id, int64_t files);

/* Those of its files, of these statuses (0: any). */
struct receipt_page list_files(struct collecting *collecting, int64_t parent, unsigned statuses);

/* Over the connection of the store that writes, while no other does. */
void write_sql(struct collecting *collecting, const char *sql);

/* How many pages the store's file may have: "1" is a full disk, LET_GROW_ALL one that is not. */
#define LET_GROW_ALL "4294967294"
void let_grow(struct collecting *collecting, const char *pages);

int64_t count_events(struct collecting *collecting);

/* A fault that stalls what the gate does not let pass: objects whose key holds `part`. */
struct stall {
    struct fake_s3 *s3;
    const char *part;
    struct gate gate;
};

bool stall_some(void *context, struct fake_connection *connection,
                const struct fake_question *question);

#endif
