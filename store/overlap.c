#include "store/overlap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Crowded moments that are looked at before giving up: those behind them are less crowded. */
#define MOMENTS_TRIED 64

/* Where a block begins (+1) or ends (-1). */
struct edge {
    int64_t time_ms;
    int step;
};

/* A moment at which a block begins, and how many cover it: the maxima are among them. */
struct moment {
    int64_t time_ms;
    size_t depth;
};

static int compare_edges(const void *a, const void *b) {
    const struct edge *left = a;
    const struct edge *right = b;

    if (left->time_ms != right->time_ms)
        return left->time_ms < right->time_ms ? -1 : 1;
    return left->step - right->step; /* ends first: blocks that touch do not overlap */
}

/* The most crowded first, of equals the latest: new events are read most. */
static int compare_moments(const void *a, const void *b) {
    const struct moment *left = a;
    const struct moment *right = b;

    if (left->depth != right->depth)
        return left->depth > right->depth ? -1 : 1;
    return left->time_ms > right->time_ms ? -1 : left->time_ms < right->time_ms;
}

static bool can_be_cut(const struct block *block) {
    return block->last_ms > block->first_ms;
}

static size_t list_edges(const struct block *blocks, size_t count, struct edge *out) {
    size_t edges = 0;

    for (size_t i = 0; i < count; i++) {
        if (!can_be_cut(&blocks[i]))
            continue;
        out[edges++] = (struct edge){blocks[i].first_ms, 1};
        out[edges++] = (struct edge){blocks[i].last_ms, -1};
    }
    qsort(out, edges, sizeof(*out), compare_edges);
    return edges;
}

static size_t list_moments(const struct edge *edges, size_t count, size_t limit,
                           struct moment *out) {
    size_t moments = 0;
    size_t depth = 0;

    for (size_t i = 0; i < count; i++) {
        if (edges[i].step < 0) {
            depth--;
            continue;
        }
        if (++depth > limit)
            out[moments++] = (struct moment){edges[i].time_ms, depth};
    }
    qsort(out, moments, sizeof(*out), compare_moments);
    return moments;
}

static int64_t span_of_block(const struct block *block) {
    return block->last_ms - block->first_ms;
}

static int compare_spans(const void *a, const void *b) {
    const struct block *left = *(const struct block *const *)a;
    const struct block *right = *(const struct block *const *)b;
    int64_t difference = span_of_block(right) - span_of_block(left);

    if (difference != 0)
        return difference < 0 ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

/* The blocks that cover the moment, widest first. */
static size_t list_covering(const struct block *blocks, size_t count, int64_t time_ms,
                            const struct block **out) {
    size_t covering = 0;

    for (size_t i = 0; i < count; i++) {
        if (blocks[i].first_ms <= time_ms && blocks[i].last_ms > time_ms)
            out[covering++] = &blocks[i];
    }
    qsort(out, covering, sizeof(*out), compare_spans);
    return covering;
}

/* What is known of a run of blocks. */
struct run {
    int64_t first_ms;
    int64_t last_ms;
    double rows;
    double density; /* sum of rows * log2(rows per millisecond) */
};

static void run_add(struct run *run, const struct block *block) {
    double rows = (double)block->rows;

    if (run->rows == 0 || block->first_ms < run->first_ms)
        run->first_ms = block->first_ms;
    if (run->rows == 0 || block->last_ms > run->last_ms)
        run->last_ms = block->last_ms;
    run->rows += rows;
    run->density += rows * log2(rows / (double)span_of_block(block));
}

static double run_gain(const struct run *run, int64_t span_ms) {
    return log2(run->rows / (double)(span_ms > 0 ? span_ms : 1)) - run->density / run->rows;
}

double overlap_gain(const struct block *const *group, size_t count, int64_t span_ms) {
    struct run run = {0};

    for (size_t i = 0; i < count; i++)
        run_add(&run, group[i]);
    return run_gain(&run, span_ms);
}

/* The run of neighbours, by width, that wins most. Blocks of one width win most of each other; a
 * narrow one among wide ones only pays. */
static double best_run(const struct block *const *covering, size_t count, size_t *out_first,
                       size_t *out_length) {
    double best = 0;

    for (size_t first = 0; first < count; first++) {
        struct run run = {0};
        for (size_t i = first; i < count && i < first + OVERLAP_GROUP; i++) {
            run_add(&run, covering[i]);
            double gain = run_gain(&run, run.last_ms - run.first_ms);
            if (i > first && gain > best) {
                best = gain;
                *out_first = first;
                *out_length = i - first + 1;
            }
        }
    }
    return best;
}

static size_t choose_at(const struct block *blocks, size_t count, int64_t time_ms,
                        const struct block **scratch, const struct block **out_group) {
    size_t covering = list_covering(blocks, count, time_ms, scratch);
    size_t first = 0;
    size_t length = 0;

    if (best_run(scratch, covering, &first, &length) < OVERLAP_GAIN)
        return 0;
    memcpy(out_group, scratch + first, length * sizeof(*out_group));
    return length;
}

size_t overlap_choose(const struct block *blocks, size_t count, size_t limit,
                      const struct block **out_group) {
    struct edge *edges = memory_new(2 * count + 1, sizeof(*edges));
    struct moment *moments = memory_new(count + 1, sizeof(*moments));
    const struct block **scratch = memory_new(count + 1, sizeof(const struct block *));
    size_t crowded = list_moments(edges, list_edges(blocks, count, edges), limit, moments);
    size_t chosen = 0;

    for (size_t i = 0; chosen == 0 && i < crowded && i < MOMENTS_TRIED; i++)
        chosen = choose_at(blocks, count, moments[i].time_ms, scratch, out_group);
    free(edges);
    free(moments);
    free(scratch);
    return chosen;
}
