#include "bench/corpus/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "bench/corpus/phrases.h"
#include "bench/corpus/words.h"

#define PHRASE_DEPTH 8

struct compiler {
    struct arena *arena;
    struct piece *pieces; /* owned while compiling */
    size_t count;
    size_t capacity;
};

/* Where a hole stands: in which phrase, and which thing that speaks of. */
struct context {
    struct span phrase;
    enum thing thing;
    int depth;
};

struct hole {
    struct span word;
    struct span argument;
    enum thing thing;
    bool of_thing; /* written with # */
};

static void add_piece(struct compiler *compiler, struct piece piece) {
    if (compiler->count == compiler->capacity) {
        compiler->capacity = compiler->capacity * 2 + 16;
        compiler->pieces =
            memory_resize(compiler->pieces, compiler->capacity, sizeof(*compiler->pieces));
    }
    compiler->pieces[compiler->count++] = piece;
}

static void stop(const char *what, struct span text) {
    fprintf(stderr, "generate: %s in a template: %.*s\n", what, SPAN_ARGS(text));
    abort();
}

static enum thing find_thing(struct span name) {
    static const char *const names[THING_COUNT] = {
        "1", "2", "3", "caller", "session", "target", "target-session",
    };

    for (int i = 0; i < THING_COUNT; i++) {
        if (span_equal(name, span_of(names[i])))
            return (enum thing)i;
    }
    stop("unknown thing", name);
    return THING_FIRST;
}

static struct hole read_hole(struct span text, const struct context *context) {
    struct hole hole = {.word = text, .argument = SPAN(""), .thing = context->thing};
    struct span thing;

    (void)!span_cut(text, ':', &hole.word, &hole.argument);
    if (span_cut(hole.word, '.', &hole.word, &thing))
        hole.thing = find_thing(thing);
    if (span_starts_with(hole.word, SPAN("#"))) {
        hole.of_thing = true;
        hole.word = span_skip(hole.word, 1);
    }
    return hole;
}

static uint64_t count_choices(struct span argument) {
    uint64_t count = 1;

    for (size_t i = 0; i < argument.length; i++)
        count += argument.data[i] == '|';
    return count;
}

/* The piece for a word that draws as the hole says. */
static struct piece word_piece(const struct hole *hole, word_writer *write,
                               const struct context *context) {
    uint64_t word_hash = hash_bytes(hole->argument, hash_bytes(hole->word, 1));
    int64_t number;

    if (!span_to_integer(hole->argument, &number))
        number = (int64_t)count_choices(hole->argument);
    return (struct piece){
        .text = hole->argument,
        .write = write,
        .salt = hole->of_thing ? hash_bytes(context->phrase, word_hash) | 1 : 0,
        .number = (uint64_t)number,
        .thing = hole->thing,
    };
}

static struct template compile_text(struct arena *arena, struct span text,
                                    const struct context *context);

static void write_any(struct scene *scene, struct dice *dice, const struct piece *piece,
                      struct buffer *out) {
    template_write(&piece->choices[dice_below(dice, piece->number)], scene, out);
}

/* <any:one|other>: one of several phrases. */
static void add_any(struct compiler *compiler, const struct hole *hole,
                    const struct context *context) {
    struct piece piece = word_piece(hole, write_any, context);
    struct template *choices = arena_new(compiler->arena, piece.number, sizeof(*choices));
    struct context inside = {hole->word, hole->thing, context->depth + 1};
    struct span rest = hole->argument;

    for (size_t i = 0; i < piece.number; i++) {
        struct span name = rest;

        (void)!span_cut(rest, '|', &name, &rest);
        struct span text = arena_format(compiler->arena, "<%.*s>", SPAN_ARGS(name));
        choices[i] = compile_text(compiler->arena, text, &inside);
    }
    piece.choices = choices;
    add_piece(compiler, piece);
}

static void compile(struct compiler *compiler, struct span text, const struct context *context);

/* A phrase that does not always stand is a choice of one. */
static void add_conditional(struct compiler *compiler, const struct phrase *phrase,
                            const struct context *inside) {
    struct template *only = arena_new(compiler->arena, 1, sizeof(*only));

    *only = compile_text(compiler->arena, span_of(phrase->text), inside);
    add_piece(compiler, (struct piece){
                            .write = write_any,
                            .number = 1,
                            .choices = only,
                            .stands = phrase->stands,
                        });
}

static void add_phrase(struct compiler *compiler, const struct hole *hole,
                       const struct context *context) {
    const struct phrase *phrase = phrase_find(hole->word);
    struct context inside = {hole->word, hole->thing, context->depth + 1};

    if (phrase == NULL)
        stop("unknown word", hole->word);
    else if (context->depth == PHRASE_DEPTH)
        stop("phrases within phrases without end", hole->word);
    else if (phrase->stands != NULL)
        add_conditional(compiler, phrase, &inside);
    else
        compile(compiler, span_of(phrase->text), &inside);
}

static void add_hole(struct compiler *compiler, struct span text, const struct context *context) {
    struct hole hole = read_hole(text, context);
    word_writer *write = word_find(hole.word);

    if (span_equal(hole.word, SPAN("any")))
        add_any(compiler, &hole, context);
    else if (write != NULL)
        add_piece(compiler, word_piece(&hole, write, context));
    else
        add_phrase(compiler, &hole, context);
}

static struct span with_quotes(struct arena *arena, struct span text) {
    char *copy = arena_allocate(arena, text.length);

    for (size_t i = 0; i < text.length; i++)
        copy[i] = text.data[i] == '\'' ? '"' : text.data[i] == '`' ? '\'' : text.data[i];
    return (struct span){copy, text.length};
}

static void compile(struct compiler *compiler, struct span text, const struct context *context) {
    struct span literal;
    struct span hole;

    text = with_quotes(compiler->arena, text);
    while (span_cut(text, '<', &literal, &text)) {
        add_piece(compiler, (struct piece){.text = literal});
        if (!span_cut(text, '>', &hole, &text))
            stop("a hole without end", text);
        add_hole(compiler, hole, context);
    }
    add_piece(compiler, (struct piece){.text = text});
}

static struct template compile_text(struct arena *arena, struct span text,
                                    const struct context *context) {
    struct compiler compiler = {.arena = arena};

    compile(&compiler, text, context);
    size_t size = compiler.count * sizeof(*compiler.pieces);
    struct piece *pieces = memcpy(arena_allocate(arena, size), compiler.pieces, size);
    free(compiler.pieces);
    return (struct template){pieces, compiler.count};
}

struct template template_compile(struct arena *arena, const char *text, enum thing thing) {
    struct context context = {SPAN(""), thing, 0};

    if (text == NULL)
        return (struct template){0};
    return compile_text(arena, span_of(text), &context);
}

static void write_piece(const struct piece *piece, struct scene *scene, struct buffer *out) {
    if (piece->stands != NULL && !piece->stands(scene))
        return;
    if (piece->salt == 0) {
        piece->write(scene, &scene->dice, piece, out);
    } else {
        struct dice dice = {dice_mix(scene->thing[piece->thing], piece->salt)};
        piece->write(scene, &dice, piece, out);
    }
}

void template_write(const struct template *template, struct scene *scene, struct buffer *out) {
    for (size_t i = 0; i < template->count; i++) {
        const struct piece *piece = &template->pieces[i];

        if (piece->write == NULL)
            buffer_append(out, piece->text);
        else
            write_piece(piece, scene, out);
    }
}
