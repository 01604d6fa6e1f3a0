#include "tests/support_store.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

#define FIRST_MS INT64_C(1704067200000) /* 2024-01-01 */

static int remove_entry(const char *path, const struct stat *status, int type,
                        struct FTW *position) {
    (void)status;
    (void)type;
    (void)position;
    return remove(path);
}

void remove_directory(const char *path) {
    assert_int_equal(nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void open_store(struct scratch_store *scratch) {
    struct err err = {0};

    if (!store_open(scratch->directory, &scratch->store, &err))
        fail_msg("%s", err.text);
}

void scratch_open(struct scratch_store *scratch) {
    strcpy(scratch->directory, "/tmp/traild-store-XXXXXX");
    assert_non_null(mkdtemp(scratch->directory));
    open_store(scratch);
}

void scratch_reopen(struct scratch_store *scratch) {
    store_close(scratch->store);
    open_store(scratch);
}

void scratch_close(struct scratch_store *scratch) {
    store_close(scratch->store);
    remove_directory(scratch->directory);
}

static struct span pick(const char *const *words, size_t count, uint64_t number) {
    return span_of(words[number % count]);
}

/* A word and a number behind it; printf would take longer than all else here. */
static struct span numbered(struct arena *arena, const char *word, uint64_t number) {
    size_t length = strlen(word);
    char *text = arena_allocate(arena, length + 20);
    char digits[20];
    size_t count = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    memcpy(text, word, length);
    while (count > 0)
        text[length++] = digits[--count];
    return (struct span){text, length};
}

static struct span joined(struct arena *arena, const struct span *parts, size_t count) {
    size_t length = 0;

    for (size_t i = 0; i < count; i++)
        length += parts[i].length;
    char *text = arena_allocate(arena, length);
    char *end = text;
    for (size_t i = 0; i < count; i++) {
        memcpy(end, parts[i].data, parts[i].length);
        end += parts[i].length;
    }
    return (struct span){text, length};
}

static struct span made_record(const struct event *event, uint64_t mixed, struct arena *arena) {
    const struct span parts[] = {SPAN("{\"eventID\":\""),
                                 event->event_id,
                                 SPAN("\",\"eventName\":\""),
                                 event->value[ATTRIBUTE_ACTION],
                                 SPAN("\",\"padding\":\""),
                                 numbered(arena, "", mixed),
                                 SPAN("\"}")};

    return joined(arena, parts, ARRAY_LENGTH(parts));
}

static struct resource *made_resource(uint64_t mixed, struct arena *arena) {
    struct resource *resource = arena_new(arena, 1, sizeof(*resource));

    resource->name = numbered(arena, "bucket-", mixed >> 8 & 0xff);
    resource->arn = numbered(arena, "arn:aws:s3:::bucket-", mixed >> 8 & 0xff);
    resource->type = SPAN("AWS::S3::Bucket");
    return resource;
}

/* One or two: a key, and for some its alias. */
static struct lookup_resource *made_lookup_resources(uint64_t mixed, struct arena *arena) {
    struct lookup_resource *resources = arena_new(arena, 2, sizeof(*resources));

    resources[0].type = SPAN("AWS::KMS::Key");
    resources[0].name = numbered(arena, "key-", mixed >> 12 & 0xffff);
    resources[1].type = SPAN("AWS::KMS::Alias");
    resources[1].name = numbered(arena, "alias-", mixed >> 20 & 0xf);
    return resources;
}

int64_t made_time(int64_t number) {
    return FIRST_MS + number / 4 * 1000;
}

int64_t made_number(struct span record) {
    static const char before[] = "{\"eventID\":\"id-";
    size_t length = strlen(before);

    assert_true(record.length > length);
    assert_memory_equal(record.data, before, length);
    return strtoll(record.data + length, NULL, 10);
}

struct event made_event(int64_t number, struct arena *arena) {
    static const char *const accounts[] = {"111122223333", "444455556666", "777788889999"};
    static const char *const actions[] = {"CreateResourceShare", "GetResourceShares", "AssumeRole",
                                          "PutObject", "DescribeInstances"};
    static const char *const services[] = {"ram.amazonaws.com", "sts.amazonaws.com",
                                           "s3.amazonaws.com"};
    static const char *const nets[] = {"10.0.0.", "10.0.1.", "10.0.2.", "10.0.3."};
    uint64_t mixed = hash_bytes((struct span){(const char *)&number, sizeof(number)}, 7);
    struct event event = {.time_ms = made_time(number)};

    event.event_id = numbered(arena, "id-", (uint64_t)number);
    event.value[ATTRIBUTE_ACCOUNT] = pick(accounts, ARRAY_LENGTH(accounts), mixed);
    event.value[ATTRIBUTE_REGION] = SPAN("us-east-1");
    event.value[ATTRIBUTE_ACTION] = pick(actions, ARRAY_LENGTH(actions), mixed >> 16);
    event.value[ATTRIBUTE_SERVICE] = pick(services, ARRAY_LENGTH(services), mixed >> 24);
    event.value[ATTRIBUTE_SOURCE_IP] = numbered(arena, nets[mixed >> 32 & 3], mixed >> 40 & 0xff);
    event.value[ATTRIBUTE_PRINCIPAL_NAME] = numbered(arena, "user-", mixed % 50);
    if (mixed % 7 == 0)
        event.value[ATTRIBUTE_ERROR_CODE] = SPAN("AccessDenied");
    if (mixed % 3 == 0) {
        event.resources = made_resource(mixed, arena);
        event.resource_count = 1;
    }
    if (mixed % 5 < 3) {
        event.lookup_resources = made_lookup_resources(mixed, arena);
        event.lookup_resource_count = 1 + mixed % 5 / 2;
    }
    event.record = made_record(&event, mixed, arena);
    return event;
}

struct import_facts made_facts(int64_t from, int64_t to, uint8_t salt) {
    struct import_facts facts = {
        .source = SPAN("test"), .kind = SPAN("records"), .status = IMPORT_DONE, .bytes = to - from};

    memcpy(facts.sha256, &from, sizeof(from));
    memcpy(facts.sha256 + 8, &to, sizeof(to));
    facts.sha256[16] = salt;
    facts.object = (struct object_mark){
        .name = hash_bytes((struct span){(const char *)facts.sha256, SHA256_BYTES}, 7), .tag = 1};
    return facts;
}

void made_add(struct import *import, int64_t from, int64_t to) {
    struct arena arena = {0};
    struct err err = {0};

    for (int64_t number = from; number < to; number++) {
        struct event event = made_event(number, &arena);
        if (!import_add(import, &event, &err))
            fail_msg("%s", err.text);
        arena_reset(&arena);
    }
    arena_clear(&arena);
}

static struct receipt finish(struct import *import, const struct import_facts *facts) {
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};

    if (!import_commit(import, facts, &arena, &receipt, &err))
        fail_msg("%s", err.text);
    arena_clear(&arena);
    receipt.source = SPAN_NONE;
    receipt.kind = SPAN_NONE;
    return receipt;
}

struct receipt made_commit(struct import *import, uint8_t salt) {
    struct import_facts facts = made_facts(1, 1, salt);

    return finish(import, &facts);
}

struct receipt import_range(struct store *store, int64_t from, int64_t to, uint8_t salt) {
    struct import_facts facts = made_facts(from, to, salt);
    struct import *import = import_begin(store);

    made_add(import, from, to);
    return finish(import, &facts);
}
