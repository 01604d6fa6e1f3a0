#include "server/options.h"

#include <ctype.h>
#include <stdlib.h>

#include "tests/rows.h"

/* Every option stands in the help of its command, with its variable. */
static void test_description(void **state) {
    struct buffer CLEANUP(buffer_clear) serve = {0};
    struct buffer CLEANUP(buffer_clear) import = {0};

    (void)state;
    options_describe(COMMAND_SERVE, &serve);
    options_describe(COMMAND_IMPORT, &import);
    buffer_append_byte(&serve, '\0');
    buffer_append_byte(&import, '\0');
    assert_non_null(strstr(serve.data, "--listen HOST:PORT"));
    assert_non_null(strstr(serve.data, "[default 127.0.0.1:8080; TRAILD_LISTEN]"));
    assert_null(strstr(serve.data, "--jobs"));
    assert_non_null(strstr(import.data, "--jobs N"));
    assert_null(strstr(import.data, "--listen"));
}

/* TRAILD_MAX_UPLOAD for --max-upload, and so for all. */
static void test_variables_follow_from_names(void **state) {
    (void)state;
    for (size_t i = 0; i < option_count; i++) {
        const char *name = options[i].name;
        const char *variable = options[i].variable;
        assert_memory_equal(variable, "TRAILD_", 7);
        assert_int_equal(strlen(variable), strlen(name) + 7);
        for (size_t at = 0; name[at] != '\0'; at++)
            assert_int_equal(variable[7 + at], name[at] == '-' ? '_' : toupper(name[at]));
    }
}

static void test_options_belong_to_commands(void **state) {
    (void)state;
    assert_non_null(option_find(COMMAND_SERVE, SPAN("listen")));
    assert_null(option_find(COMMAND_IMPORT, SPAN("listen")));
    assert_null(option_find(COMMAND_SERVE, SPAN("liste")));
    assert_null(option_find(COMMAND_SERVE, SPAN("")));
}

int main(void) {
    const struct rows all[] = {
        TEST(test_description),
        TEST(test_variables_follow_from_names),
        TEST(test_options_belong_to_commands),
    };

    return rows_run("options", all, ARRAY_LENGTH(all));
}
