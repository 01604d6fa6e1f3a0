#include "bench/corpus/delivery.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/utc.h"
#include "bench/corpus/dice.h"

/* Seconds between an event and its delivery. */
#define SOONEST  3
#define USUALLY  400
#define LATEST   591
#define INSIGHTS 4 /* events at most in an Insight file */

struct delivery {
    struct delivery_options options;
    struct corpus *corpus;
    struct dice dice;
    uint64_t made; /* distinct events so far */
    struct buffer text;
    struct buffer record;
    struct buffer item;
    struct corpus_place place; /* of the file at hand; time_ms is that of its delivery */
    struct buffer again;       /* items to deliver again, each with a separator in front */
    uint64_t again_count;
    uint64_t records; /* in `text` */
    bool repeat;      /* deliver `text` again */
};

struct delivery *delivery_open(const struct delivery_options *options) {
    struct delivery *delivery = memory_new(1, sizeof(*delivery));

    assert(options->smallest >= 1 && options->smallest <= options->largest);
    delivery->options = *options;
    delivery->corpus = corpus_new(&options->corpus);
    delivery->dice.state = dice_mix(options->corpus.seed, 13);
    return delivery;
}

void delivery_close(struct delivery *delivery) {
    if (delivery == NULL)
        return;
    corpus_free(delivery->corpus);
    buffer_clear(&delivery->text);
    buffer_clear(&delivery->record);
    buffer_clear(&delivery->item);
    buffer_clear(&delivery->again);
    free(delivery);
}

/* Half of what comes twice comes as single events, half in whole files. */
static bool comes_again(struct delivery *delivery) {
    return dice_below(&delivery->dice, 200) < delivery->options.duplicates;
}

static void write_path(struct delivery *delivery, char out_path[DELIVERY_PATH_BYTES]) {
    static const char *const folders[] = {
        [CORPUS_EVENTS] = "CloudTrail",
        [CORPUS_INSIGHT] = "CloudTrail-Insight",
        [CORPUS_NETWORK_ACTIVITY] = "CloudTrail-NetworkActivity",
    };
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const char *folder = folders[delivery->place.category];
    const char *organization = delivery->options.organization;
    struct span account = corpus_account_id(delivery->corpus, delivery->place.account);
    struct span region = corpus_region_name(delivery->place.region);
    char time[UTC_TEXT_BYTES]; /* 2026-10-02T08:05:00Z */
    char random[17] = "";

    utc_format(delivery->place.time_ms - delivery->place.time_ms % MS_PER_MINUTE, time);
    for (int i = 0; i < 16; i++)
        random[i] = letters[dice_below(&delivery->dice, sizeof(letters) - 1)];
    snprintf(out_path, DELIVERY_PATH_BYTES,
             "AWSLogs/%s%s%.*s/%s/%.*s/%.4s/%.2s/%.2s/%.*s_%s_%.*s_%.4s%.2s%.2sT%.2s%.2sZ_%s.json",
             organization != NULL ? organization : "", organization != NULL ? "/" : "",
             SPAN_ARGS(account), folder, SPAN_ARGS(region), time, time + 5, time + 8,
             SPAN_ARGS(account), folder, SPAN_ARGS(region), time, time + 5, time + 8, time + 11,
             time + 14, random);
}

/* Small files more often than large ones. */
static uint64_t draw_count(struct delivery *delivery) {
    const struct delivery_options *options = &delivery->options;
    uint64_t left = options->events - delivery->made;
    uint64_t count =
        options->smallest + dice_skewed(&delivery->dice, options->largest - options->smallest + 1);

    if (delivery->place.category == CORPUS_INSIGHT && count > INSIGHTS)
        count = 1 + dice_below(&delivery->dice, INSIGHTS);
    return count < left ? count : left;
}

static int64_t within_span(const struct corpus_options *options, int64_t time_ms) {
    if (time_ms < options->from_ms)
        return options->from_ms;
    return time_ms < options->to_ms ? time_ms : options->to_ms - 1;
}

static int64_t draw_time(struct delivery *delivery, bool late) {
    int64_t delivered = delivery->place.time_ms - delivery->place.time_ms % MS_PER_MINUTE;
    uint64_t within = dice_one_in(&delivery->dice, 15) ? LATEST : USUALLY;
    int64_t before = SOONEST + (int64_t)dice_below(&delivery->dice, within);

    if (late)
        before += (int64_t)dice_below(&delivery->dice, 86400);
    return within_span(&delivery->options.corpus, delivered - before * MS_PER_SECOND);
}

static void add_item(struct delivery *delivery, struct span item) {
    if (delivery->records > 0)
        parcel_separator(delivery->options.shape, &delivery->text);
    buffer_append(&delivery->text, item);
    delivery->records++;
}

static void add_record(struct delivery *delivery) {
    struct corpus_place place = delivery->place;

    place.late = dice_one_in(&delivery->dice, 900);
    place.time_ms = draw_time(delivery, place.late);
    delivery->record.length = 0;
    delivery->item.length = 0;
    corpus_record_at(delivery->corpus, &place, &delivery->record);
    parcel_item(delivery->options.shape, buffer_span(&delivery->record),
                corpus_last(delivery->corpus), &delivery->item);
    add_item(delivery, buffer_span(&delivery->item));
    delivery->made++;
    if (!comes_again(delivery))
        return;
    if (delivery->again_count > 0)
        parcel_separator(delivery->options.shape, &delivery->again);
    buffer_append(&delivery->again, buffer_span(&delivery->item));
    delivery->again_count++;
}

static uint64_t add_again(struct delivery *delivery) {
    uint64_t count = delivery->again_count;

    if (count == 0)
        return 0;
    add_item(delivery, buffer_span(&delivery->again));
    delivery->records += count - 1;
    delivery->again.length = 0;
    delivery->again_count = 0;
    return count;
}

/* Some minutes later, in the same place. */
static void move_on(struct delivery *delivery) {
    delivery->place.time_ms += (int64_t)(1 + dice_below(&delivery->dice, 9)) * MS_PER_MINUTE;
}

static void fill_file(struct delivery *delivery, struct delivered_file *out) {
    struct buffer *text = &delivery->text;

    text->length = 0;
    delivery->records = 0;
    if (delivery->again_count > 0)
        move_on(delivery);
    else
        delivery->place = corpus_draw_place(delivery->corpus);
    if (!delivery->options.bare)
        parcel_head(delivery->options.shape,
                    corpus_account_id(delivery->corpus, delivery->place.account), text);
    out->again = add_again(delivery);
    for (uint64_t count = draw_count(delivery); count > 0; count--)
        add_record(delivery);
    if (!delivery->options.bare)
        parcel_tail(delivery->options.shape, text);
    delivery->repeat = comes_again(delivery);
}

bool delivery_next(struct delivery *delivery, struct delivered_file *out) {
    if (delivery->repeat) {
        delivery->repeat = false;
        move_on(delivery);
        out->again = delivery->records;
    } else if (delivery->made < delivery->options.events || delivery->again_count > 0) {
        fill_file(delivery, out);
    } else {
        return false;
    }
    out->text = buffer_span(&delivery->text);
    out->records = delivery->records;
    write_path(delivery, out->path);
    return true;
}
