/* Text with holes, compiled once and written many times.
 *
 *     {'bucketName':'<bucket>','key':'<lower:8>.csv'}
 *
 * ' stands for ", since the text is JSON inside C, and ` for '. A hole is <word>, <word:argument>
 * or, about another thing of the scene, <word.2>, <word.caller>, <word.session>, <word.target>,
 * <word.target-session>. Words are those of words.h and the phrases of phrases.h, which are
 * templates themselves.
 *
 * A plain word draws anew each time. With # (<#hex:17>) it draws from the thing spoken of: always
 * the same for the same thing, phrase, word and argument. <any:one|other> is one of the phrases. */
#ifndef TRAILD_BENCH_CORPUS_TEMPLATE_H
#define TRAILD_BENCH_CORPUS_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "bench/corpus/scene.h"

struct piece;
struct template;

/* Appends what stands for the word; draws from `dice`. */
typedef void word_writer(struct scene *scene, struct dice *dice, const struct piece *piece,
                         struct buffer *out);

struct piece {
    struct span text; /* literal when `write` is NULL, else the word's argument */
    word_writer *write;
    uint64_t salt;   /* of the thing's dice; 0: draws from the scene's */
    uint64_t number; /* the argument as a number, or how many choices it holds */
    enum thing thing;
    const struct template *choices;            /* of <any:...> */
    bool (*stands)(const struct scene *scene); /* NULL: always */
};

struct template {
    const struct piece *pieces; /* in the arena */
    size_t count;
};

/* `text` NULL gives the empty template. Holes without a thing speak of `thing`. An unknown word is
 * a mistake of ours and stops the process, naming it. */
struct template template_compile(struct arena *arena, const char *text, enum thing thing);

void template_write(const struct template *template, struct scene *scene, struct buffer *out);

#endif
