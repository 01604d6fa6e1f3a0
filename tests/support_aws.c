#include "tests/support_aws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/macros.h"
#include "base/memory.h"
#include "tests/rows.h"
#include "tests/support_store.h"

#define MOST_VARIABLES 32

static struct {
    char directory[64];
    const char *server;
    struct {
        char *name;
        char *value;
    } variables[MOST_VARIABLES];
} home;

static bool replace(struct span *text, const char *name, const char *value, struct buffer *out) {
    if (value == NULL || !span_starts_with(*text, span_of(name)))
        return false;
    buffer_append_text(out, value);
    *text = span_skip(*text, strlen(name));
    return true;
}

static char *expand(const char *value) {
    struct span text = span_of(value);
    struct buffer out;
    size_t length;

    buffer_init(&out, 0);
    while (text.length > 0) {
        if (replace(&text, "{HOME}", home.directory, &out) ||
            replace(&text, "{SERVER}", home.server, &out))
            continue;
        buffer_append_byte(&out, text.data[0]);
        text = span_skip(text, 1);
    }
    buffer_append_byte(&out, '\0');
    return buffer_detach(&out, &length);
}

void aws_home_make(const char *server) {
    home.server = server;
    strcpy(home.directory, "/tmp/traild-aws-XXXXXX");
    assert_non_null(mkdtemp(home.directory));
    aws_home_set("HOME", home.directory);
}

void aws_home_remove(void) {
    for (size_t i = 0; i < MOST_VARIABLES; i++) {
        free(TAKE(home.variables[i].name));
        free(TAKE(home.variables[i].value));
    }
    remove_directory(home.directory);
}

const char *aws_home(void) {
    return home.directory;
}

static void make_parents(const char *path) {
    char copy[256];

    snprintf(copy, sizeof(copy), "%s", path);
    for (char *slash = strchr(copy + strlen(home.directory) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(copy, 0700);
        *slash = '/';
    }
}

void aws_home_write(const char *name, const char *text) {
    char path[256];

    if (text == NULL)
        return;
    snprintf(path, sizeof(path), "%s/%s", home.directory, name);
    make_parents(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    char *expanded = expand(text);
    assert_true(fputs(expanded, file) >= 0);
    free(expanded);
    assert_int_equal(fclose(file), 0);
}

void aws_home_set(const char *name, const char *value) {
    size_t at = 0;

    while (home.variables[at].name != NULL && strcmp(home.variables[at].name, name) != 0)
        assert_true(++at < MOST_VARIABLES);
    if (home.variables[at].name == NULL)
        home.variables[at].name = memory_copy_text(name, strlen(name));
    free(home.variables[at].value);
    home.variables[at].value = value != NULL ? expand(value) : NULL;
}

void aws_home_set_lines(const char *lines) {
    struct span rest = span_of(lines);
    struct span line;

    while (rest.length > 0) {
        struct span name;
        struct span value;
        if (!span_cut(rest, '\n', &line, &rest)) {
            line = rest;
            rest = SPAN_NONE;
        }
        assert_true(span_cut(line, '=', &name, &value));
        char *name_text = memory_copy_text(name.data, name.length);
        char *value_text = memory_copy_text(value.data, value.length);
        aws_home_set(name_text, value_text);
        free(name_text);
        free(value_text);
    }
}

char *aws_home_variable(const char *name) {
    for (size_t i = 0; i < MOST_VARIABLES && home.variables[i].name != NULL; i++) {
        if (strcmp(home.variables[i].name, name) == 0)
            return home.variables[i].value;
    }
    return NULL;
}
