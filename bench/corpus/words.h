/* The words of templates that are made by code. */
#ifndef TRAILD_BENCH_CORPUS_WORDS_H
#define TRAILD_BENCH_CORPUS_WORDS_H

#include "base/span.h"
#include "bench/corpus/template.h"

/* The head of a word_writer, whatever of its parameters it uses. */
#define WORD(name)                                                                                 \
    static void name(__attribute__((unused)) struct scene *scene,                                  \
                     __attribute__((unused)) struct dice *dice,                                    \
                     __attribute__((unused)) const struct piece *piece, struct buffer *out)

/* NULL when there is no such word. */
word_writer *word_find(struct span name);

/* Words about the record as a whole (frame_words.c); NULL when there is no such word. */
word_writer *frame_word_find(struct span name);

#endif
