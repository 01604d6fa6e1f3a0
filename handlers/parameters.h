/* The query string of a request -> its arguments, each checked as its endpoint declares it. Members
 * of a JSON body are arguments too, see body.h.
 *
 * Strict: unknown names, bad escapes, empty values and single-valued names given twice are faults.
 * All faults of a request are collected, so that its sender sees them at once. */
#ifndef TRAILD_HANDLERS_PARAMETERS_H
#define TRAILD_HANDLERS_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "handlers/faults.h"
#include "store/query.h"

enum parameter_flag {
    PARAMETER_REPEATS = 1, /* may be given several times, which means OR */
    PARAMETER_NEGATES = 2, /* `NAME.not` exists too */
    PARAMETER_BINDS = 4,   /* part of what a list is: its cursors hold only with the same values */
    PARAMETER_LONG = 8,    /* may fill the whole query, such as a session token */
};

struct argument;

/* What a reader of values may use. */
struct reading {
    struct arena *arena;
    int64_t now_ms;
};

/* Reads `argument->text` (not empty) into what else the argument holds. Fails with ERR_INVALID and
 * a reason that goes on after the parameter's name: "must be 1 to 1000". */
typedef bool parameter_reader(struct argument *argument, const struct reading *reading,
                              struct err *err);

struct parameter {
    const char *name;
    unsigned flags;
    parameter_reader *read;
    const char *const *words; /* for read_word: the words it may be, ending with NULL */
    enum attribute attribute; /* for filters that ask of one attribute */
};

/* The parameters of an endpoint; `more` chains a list that several endpoints share. */
struct parameter_list {
    const struct parameter *items;
    size_t count;
    const struct parameter_list *more;
};

#define ALTERNATIVES_PER_FILTER 4

struct argument {
    const struct parameter *parameter;
    bool negated;
    struct span text; /* decoded */

    /* What it was read as, by its reader. */
    int64_t number; /* a number, a time in ms, the place of a word in its list */
    struct alternative alternatives[ALTERNATIVES_PER_FILTER];
    size_t alternative_count;
};

struct arguments {
    struct argument *items; /* in the order given */
    size_t count;
};

/* `query` is what stands behind the question mark, as sent. Arguments whose reading failed are not
 * among `out`; with no new faults all are. Everything lives as long as the reading's arena. */
void parameters_read(struct span query, const struct parameter_list *accepted,
                     const struct reading *reading, struct arguments *out, struct faults *faults);

/* One argument, by its name and value however they came; `out->items` has room for it. */
void parameters_take(struct span name, struct span value, const struct parameter_list *accepted,
                     const struct reading *reading, struct arguments *out, struct faults *faults);

/* The argument of a single-valued parameter; NULL when it was not given. */
const struct argument *arguments_find(const struct arguments *arguments, const char *name);

/* Its number, or the one that stands in for it. */
int64_t arguments_number(const struct arguments *arguments, const char *name, int64_t otherwise);

/* A reader for `limit`. */
parameter_reader read_limit;
/* A time: `number` in ms, see times.h. */
parameter_reader read_time;
/* One of the parameter's words: `number` is its place in the list. */
parameter_reader read_word;
/* Anything, as it is. */
parameter_reader read_anything;

#endif
