#include "base/address.h"

#include <arpa/inet.h>
#include <string.h>

#define VERSION_4_BITS 96 /* of ::ffff:0:0/96, where all of IPv4 is kept */

static bool take_part(struct span *text, uint8_t *out) {
    unsigned value = 0;
    size_t digits = 0;

    while (digits < text->length && text->data[digits] >= '0' && text->data[digits] <= '9') {
        value = value * 10 + (unsigned)(text->data[digits] - '0');
        if (++digits > 3 || value > 255)
            return false;
    }
    *text = span_skip(*text, digits);
    *out = (uint8_t)value;
    return digits > 0;
}

static bool parse_version_4(struct span text, struct address *out) {
    uint8_t parts[4];

    for (int i = 0; i < 4; i++) {
        if (i > 0) {
            if (text.length == 0 || text.data[0] != '.')
                return false;
            text = span_skip(text, 1);
        }
        if (!take_part(&text, &parts[i]))
            return false;
    }
    if (text.length > 0)
        return false;
    *out = (struct address){{[10] = 0xff, 0xff, parts[0], parts[1], parts[2], parts[3]}};
    return true;
}

bool address_parse(struct span text, struct address *out) {
    char copy[INET6_ADDRSTRLEN];
    struct in6_addr version_6;

    if (text.length == 0 || text.length >= sizeof(copy) ||
        memchr(text.data, '\0', text.length) != NULL)
        return false;
    if (memchr(text.data, ':', text.length) == NULL)
        return parse_version_4(text, out);

    memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    if (inet_pton(AF_INET6, copy, &version_6) != 1)
        return false;
    memcpy(out->bytes, version_6.s6_addr, sizeof(out->bytes));
    return true;
}

bool address_equal(const struct address *a, const struct address *b) {
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool network_parse(struct span text, struct network *out) {
    struct span address_text;
    struct span prefix_text;
    struct address address;
    int64_t prefix;

    if (!span_cut(text, '/', &address_text, &prefix_text) ||
        !address_parse(address_text, &address) || prefix_text.length > 3 ||
        !span_to_integer(prefix_text, &prefix))
        return false;

    bool version_4 = memchr(address_text.data, ':', address_text.length) == NULL;
    if (prefix > (version_4 ? 32 : 128))
        return false;
    *out = (struct network){address, (int)prefix + (version_4 ? VERSION_4_BITS : 0)};
    return true;
}

static bool is_version_4(const struct address *address) {
    static const uint8_t mapped[12] = {[10] = 0xff, 0xff};

    return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

bool network_holds(const struct network *network, const struct address *address) {
    size_t whole = (size_t)network->prefix / 8;
    int rest = network->prefix % 8;

    if (network->prefix < VERSION_4_BITS && is_version_4(address))
        return false;
    if (memcmp(network->address.bytes, address->bytes, whole) != 0)
        return false;
    if (rest == 0)
        return true;
    uint8_t mask = (uint8_t)(0xff << (8 - rest));
    return ((network->address.bytes[whole] ^ address->bytes[whole]) & mask) == 0;
}
