/* samples/: small, readable, and just what bench/make_samples makes. Runs in the checkout. */
#include <stdio.h>
#include <sys/stat.h>
#include <zlib.h>

#include <jansson.h>

#include "bench/corpus/arguments.h"
#include "tests/rows.h"

static void read_file(const char *path, struct buffer *out) {
    gzFile file = gzopen(path, "rb");
    int length;

    if (file == NULL)
        fail_msg("%s is missing", path);
    while ((length = gzread(file, buffer_reserve(out, 65536), 65536)) > 0)
        out->length += (size_t)length;
    assert_int_equal(length, 0);
    gzclose(file);
}

/* The options in the last command of the script, read as generate reads them. */
static struct settings script_settings(char text[4096]) {
    FILE *script = fopen("bench/make_samples", "r");
    char *arguments[32] = {NULL};
    size_t count = 0;
    struct settings settings = settings_defaults();
    struct err err = {0};

    assert_non_null(script);
    text[fread(text, 1, 4095, script)] = '\0';
    fclose(script);
    char *rest = strstr(text, "build/generate ");
    assert_non_null(rest);
    (void)strsep(&rest, " ");
    for (char *word; (word = strsep(&rest, " \\\n")) != NULL;) {
        if (*word != '\0')
            arguments[count++] = word;
        assert_true(count < ARRAY_LENGTH(arguments));
    }
    if (!arguments_read(arguments, &settings, &err))
        fail_msg("%s", err.text);
    return settings;
}

static void test_the_script_makes_the_log_files(void **state) {
    char script[4096];
    struct settings settings = script_settings(script);
    struct delivery *delivery = delivery_open(&settings.delivery);
    struct delivered_file file;
    int64_t bytes = 0;
    int files = 0;

    (void)state;
    while (delivery_next(delivery, &file)) {
        struct buffer text = {0};
        struct stat status;
        char path[DELIVERY_PATH_BYTES + 32];

        snprintf(path, sizeof(path), "samples/%s.gz", file.path);
        read_file(path, &text);
        assert_true(span_equal(buffer_span(&text), file.text));
        buffer_clear(&text);
        assert_int_equal(stat(path, &status), 0);
        bytes += status.st_size;
        files++;
    }
    assert_in_range(files, 4, 10);
    assert_in_range(bytes, 1, 180000);
    delivery_close(delivery);
}

static void test_the_resource_share(void **state) {
    struct buffer text = {0};
    const char *source;
    const char *action;
    const char *region;
    const char *type;
    const char *owner;

    (void)state;
    read_file("samples/create-resource-share.json", &text);
    json_t *record = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_unpack(record, "{s:s, s:s, s:s, s:{s:s}, s:{s:{s:s}}}", "eventSource",
                                 &source, "eventName", &action, "awsRegion", &region,
                                 "userIdentity", "type", &type, "responseElements", "resourceShare",
                                 "owningAccountId", &owner),
                     0);
    assert_string_equal(source, "ram.amazonaws.com");
    assert_string_equal(action, "CreateResourceShare");
    assert_string_equal(region, "us-west-1");
    assert_string_equal(type, "IAMUser");
    assert_string_equal(owner, "111122223333");
    json_decref(record);
    buffer_clear(&text);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_the_script_makes_the_log_files),
        TEST(test_the_resource_share),
    };

    return rows_run("samples", all, ARRAY_LENGTH(all));
}
