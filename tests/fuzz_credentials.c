/* What a user's files and the services of the machine say of credentials: the first byte chooses
 * who reads the rest. Ini files are also read by their own rules: what is found under a name stands
 * in the text. */
#include <stdlib.h>
#include <string.h>

#include "aws/credential_json.h"
#include "aws/ini.h"
#include "aws/command_words.h"
#include "base/macros.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good)
        abort();
}

static bool stands_in(struct span text, struct span value) {
    return value.length == 0 || memmem(text.data, text.length, value.data, value.length) != NULL;
}

static void read_ini(struct span text, struct arena *arena) {
    struct err err;
    struct ini ini;

    if (!ini_parse(text, arena, &ini, &err)) {
        check(err.kind == ERR_INVALID && strncmp(err.text, "line ", 5) == 0);
        return;
    }
    for (size_t i = 0; i < ini.count && i < 100; i++) {
        const struct ini_value *value = &ini.values[i];
        check(ini_has(&ini, value->section) && stands_in(text, value->section));
        check(stands_in(text, value->value));
        if (value->key.data != NULL)
            check(ini_get_inner(&ini, value->section, value->key, value->inner).data != NULL);
    }
}

static void read_words(struct span text, struct arena *arena) {
    struct err err;
    char **words;
    size_t bytes = 0;

    if (!command_words(text, arena, &words, &err))
        return;
    check(words[0] != NULL);
    for (size_t i = 0; words[i] != NULL; i++)
        bytes += strlen(words[i]);
    check(bytes <= text.length);
}

static void read_answer(struct span text, struct arena *arena) {
    struct credentials found;
    struct err err;

    if (!credential_json_read(text, "Token", arena, &found, &err)) {
        check(err.kind == ERR_REMOTE);
        return;
    }
    check(found.access_key.length > 0 && found.secret.length > 0 && found.expires_ms >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static void (*const readers[])(struct span, struct arena *) = {read_ini, read_words,
                                                                   read_answer};
    struct arena arena = {0};

    if (size == 0)
        return 0;
    readers[data[0] % ARRAY_LENGTH(readers)]((struct span){(const char *)data + 1, size - 1},
                                             &arena);
    arena_wipe(&arena);
    return 0;
}
