/* IP addresses and networks, version 4 and 6, as one 128-bit form: an IPv4 address is kept as
 * ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2), so that both compare alike. */
#ifndef TRAILD_BASE_ADDRESS_H
#define TRAILD_BASE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct address {
    uint8_t bytes[16];
};

struct network {
    struct address address;
    int prefix; /* bits of the 128 that count: an IPv4 /24 is 120 */
};

/* Leading zeros in an IPv4 part (`10.0.0.07`) are taken as decimal: logs hold them. */
MUST_USE bool address_parse(struct span text, struct address *out);

bool address_equal(const struct address *a, const struct address *b);

/* `10.0.0.0/8`, `2001:db8::/32`. Bits behind the prefix may be set; they do not count. */
MUST_USE bool network_parse(struct span text, struct network *out);

/* A network wider than ::ffff:0:0/96 holds IPv6 addresses alone: `::/0` is all of IPv6, and no IPv4
 * address, however that one is written. */
bool network_holds(const struct network *network, const struct address *address);

#endif
