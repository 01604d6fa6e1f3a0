#include "store/attribute.h"

#include "base/hash.h"
#include "store/column.h"

static uint32_t hash_address(const struct address *address) {
    struct span bytes = {(const char *)address->bytes, sizeof(address->bytes)};

    return (uint32_t)hash_bytes(bytes, ATTRIBUTE_SOURCE_IP + 0x100);
}

uint32_t attribute_hash(unsigned attribute, struct span value) {
    struct address address;

    if (attribute == ATTRIBUTE_SOURCE_IP && address_parse(value, &address))
        return hash_address(&address);
    return (uint32_t)hash_bytes(value, attribute);
}

bool attribute_test_hash(const struct test *test, uint32_t *out) {
    uint32_t room;

    switch (test->matcher.kind) {
    case MATCH_EQUAL:
        *out = attribute_hash(test->attribute,
                              cell_value_of(test->attribute, test->matcher.text, &room));
        return true;
    case MATCH_ADDRESS:
        *out = hash_address(&test->matcher.address);
        return true;
    case MATCH_GLOB:
    case MATCH_NETWORK:
    case MATCH_PRESENT:
    case MATCH_ABSENT:
    case MATCH_NUMBER:
        return false;
    }
    return false;
}
