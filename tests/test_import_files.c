#include "server/import_files.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/rows.h"

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where) {
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

static void make(const char *directory, const char *name, size_t bytes) {
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    int descriptor = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(ftruncate(descriptor, (off_t)bytes), 0);
    close(descriptor);
}

static void make_folder(const char *directory, const char *name) {
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void assert_order(const struct import_files *files, const char *directory,
                         const char *const *expected, size_t count) {
    assert_int_equal(files->count, count);
    for (size_t i = 0; i < count; i++) {
        const char *path = files->files[i].path;
        assert_memory_equal(path, directory, strlen(directory));
        assert_string_equal(path + strlen(directory) + 1, expected[i]);
    }
}

static void test_a_tree_in_the_order_of_delivery(void **state) {
    static const char *const expected[] = {
        "z/1_CloudTrail_x_20200101T0000Z_A.json",
        "a/1_CloudTrail_x_20200101T0005Z_A.json",
        "z/1_CloudTrail_x_20200101T0005Z_A.json",
        "a/b/plain.json",
        "a/link.json",
        "other.json",
    };
    char directory[] = "/tmp/traild-test-files-XXXXXX";
    char target[256];
    char link[256];
    struct import_files files = {0};
    struct err err;

    (void)state;
    assert_non_null(mkdtemp(directory));
    make_folder(directory, "a");
    make_folder(directory, "a/b");
    make_folder(directory, "z");
    make(directory, "other.json", 1);
    make(directory, "z/1_CloudTrail_x_20200101T0005Z_A.json", 10);
    make(directory, "z/1_CloudTrail_x_20200101T0000Z_A.json", 100);
    make(directory, "a/1_CloudTrail_x_20200101T0005Z_A.json", 1000);
    make(directory, "a/b/plain.json", 10000);
    make(directory, "a/b/words.txt", 1);
    make_folder(directory, "a/.hidden");
    make(directory, "a/.hidden/x.json", 1);
    snprintf(target, sizeof(target), "%s/other.json", directory);
    snprintf(link, sizeof(link), "%s/a/link.json", directory);
    assert_int_equal(symlink(target, link), 0);
    snprintf(link, sizeof(link), "%s/a/circle", directory);
    assert_int_equal(symlink(directory, link), 0);
    snprintf(link, sizeof(link), "%s/a/pipe", directory);
    assert_int_equal(mkfifo(link, 0600), 0);

    assert_true(import_files_add(&files, directory, &err));
    import_files_sort(&files);
    assert_order(&files, directory, expected, ARRAY_LENGTH(expected));
    assert_int_equal(files.bytes, 11112);
    assert_int_equal(files.left_out, 1);
    assert_non_null(strstr(files.left_out_example, "a/b/words.txt"));
    import_files_clear(&files);
    assert_int_equal(nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void test_a_file_that_is_named_is_taken(void **state) {
    char path[] = "/tmp/traild-test-named-XXXXXX.txt";
    struct import_files files = {0};
    struct err err;

    (void)state;
    int descriptor = mkstemps(path, 4);
    assert_true(descriptor >= 0);
    close(descriptor);
    assert_true(import_files_add(&files, path, &err));
    assert_int_equal(files.count, 1);
    assert_int_equal(files.left_out, 0);
    import_files_clear(&files);
    assert_int_equal(unlink(path), 0);
}

static void test_standard_input(void **state) {
    struct import_files files = {0};
    struct err err;

    (void)state;
    assert_true(import_files_add(&files, "-", &err));
    assert_int_equal(files.count, 1);
    assert_int_equal(files.bytes, 0);
    import_files_clear(&files);
}

static void test_a_path_that_is_not_there(void **state) {
    struct import_files files = {0};
    struct err err = {0};

    (void)state;
    assert_false(import_files_add(&files, "/nonexistent/x", &err));
    assert_non_null(strstr(err.text, "/nonexistent/x"));
    assert_int_equal(files.count, 0);
    import_files_sort(&files);
    import_files_clear(&files);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_a_tree_in_the_order_of_delivery),
        TEST(test_a_file_that_is_named_is_taken),
        TEST(test_standard_input),
        TEST(test_a_path_that_is_not_there),
    };

    return rows_run("import_files", all, ARRAY_LENGTH(all));
}
