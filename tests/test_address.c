#include "base/address.h"

#include "tests/rows.h"

static const struct good_row {
    const char *name;
    const char *text;
    uint8_t bytes[16];
} good[] = {
    {"IPv4", "192.0.2.7", {[10] = 0xff, 0xff, 192, 0, 2, 7}},
    {"IPv4, all noughts", "0.0.0.0", {[10] = 0xff, 0xff}},
    {"IPv4, all ones", "255.255.255.255", {[10] = 0xff, 0xff, 255, 255, 255, 255}},
    {"leading noughts are decimal", "10.010.08.007", {[10] = 0xff, 0xff, 10, 10, 8, 7}},
    {"IPv6", "2001:db8::1", {0x20, 0x01, 0x0d, 0xb8, [15] = 1}},
    {"IPv6 in full", "2001:0db8:0:0:0:0:0:1", {0x20, 0x01, 0x0d, 0xb8, [15] = 1}},
    {"IPv6 in capitals", "2001:DB8::A", {0x20, 0x01, 0x0d, 0xb8, [15] = 10}},
    {"IPv6, nothing", "::", {0}},
    {"IPv4 within IPv6", "::ffff:192.0.2.7", {[10] = 0xff, 0xff, 192, 0, 2, 7}},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    struct address address;

    assert_true(address_parse(span_of(row->text), &address));
    assert_memory_equal(address.bytes, row->bytes, 16);
}

static const struct bad_row {
    const char *name;
    struct span text;
} bad[] = {
    {"nothing", {"", 0}},
    {"no value", {NULL, 0}},
    {"a name", {"config.amazonaws.com", 20}},
    {"AWS itself", {"AWS Internal", 12}},
    {"three parts", {"10.0.0", 6}},
    {"five parts", {"10.0.0.0.1", 10}},
    {"a part too large", {"10.0.0.256", 10}},
    {"a part too long", {"10.0.0.0001", 11}},
    {"an empty part", {"10..0.1", 7}},
    {"a dot in front", {".10.0.0.1", 9}},
    {"a dot behind", {"10.0.0.1.", 9}},
    {"a blank", {" 10.0.0.1", 9}},
    {"a port", {"10.0.0.1:80", 11}},
    {"a network", {"10.0.0.0/8", 10}},
    {"a negative part", {"10.0.0.-1", 9}},
    {"hexadecimal", {"0x0a.0.0.1", 10}},
    {"a NUL inside", {"10.0.0.1\0", 9}},
    {"IPv6 with nine parts", {"1:2:3:4:5:6:7:8:9", 17}},
    {"IPv6 with two gaps", {"1::2::3", 7}},
    {"IPv6 with a zone", {"fe80::1%eth0", 12}},
    {"IPv6 in brackets", {"[::1]", 5}},
    {"IPv6 with a part too long", {"2001:0db80::1", 13}},
    {"text too long for any address", {"1111:1111:1111:1111:1111:1111:1111:1111:1111:1111", 49}},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct address address = {{42}};

    assert_false(address_parse(row->text, &address));
    assert_int_equal(address.bytes[0], 42);
}

static const struct network_row {
    const char *name;
    const char *network;
    const char *address;
    bool holds;
} networks[] = {
    {"an address of it", "10.0.0.0/8", "10.200.3.4", true},
    {"just below", "10.0.0.0/8", "9.255.255.255", false},
    {"just above", "10.0.0.0/8", "11.0.0.0", false},
    {"bits within a byte", "10.16.0.0/12", "10.31.255.255", true},
    {"bits within a byte, outside", "10.16.0.0/12", "10.32.0.0", false},
    {"one address", "192.0.2.7/32", "192.0.2.7", true},
    {"one address, another", "192.0.2.7/32", "192.0.2.6", false},
    {"a single bit", "128.0.0.0/1", "200.0.0.1", true},
    {"all of IPv4", "0.0.0.0/0", "203.0.113.9", true},
    {"all of IPv4 has no IPv6", "0.0.0.0/0", "2001:db8::1", false},
    {"all of IPv6", "::/0", "2001:db8::1", true},
    {"all of IPv6 has no IPv4", "::/0", "203.0.113.9", false},
    {"all of IPv6 has no IPv4 as IPv6 writes it", "::/0", "::ffff:203.0.113.9", false},
    {"no IPv4 in 95 bits around it", "::ffff:0:0/95", "203.0.113.9", false},
    {"what lies beside IPv4 in these 95 bits", "::ffff:0:0/95", "::fffe:203.0.113.9", true},
    {"no IPv4 in 80 bits around it", "::/80", "203.0.113.9", false},
    {"all of IPv4 as IPv6 writes it", "::ffff:0:0/96", "203.0.113.9", true},
    {"all of IPv4 has what IPv6 writes", "0.0.0.0/0", "::ffff:203.0.113.9", true},
    {"the old form of IPv4 within IPv6 is IPv6", "::/96", "203.0.113.9", false},
    {"bits behind the prefix do not count", "10.1.2.3/8", "10.9.9.9", true},
    {"IPv6", "2001:db8::/32", "2001:db8:ffff::1", true},
    {"IPv6, outside", "2001:db8::/32", "2001:db9::1", false},
    {"IPv6, one address", "2001:db8::1/128", "2001:db8::1", true},
    {"IPv6, an odd prefix", "2001:db8:8000::/33", "2001:db8:7fff::1", false},
    {"IPv4 as IPv6 writes it", "::ffff:10.0.0.0/104", "10.3.4.5", true},
};

static void test_network(void **state) {
    const struct network_row *row = *state;
    struct network network;
    struct address address;

    assert_true(network_parse(span_of(row->network), &network));
    assert_true(address_parse(span_of(row->address), &address));
    assert_int_equal(network_holds(&network, &address), row->holds);
}

static const struct bad_network_row {
    const char *name;
    const char *text;
} bad_networks[] = {
    {"nothing", ""},
    {"an address", "10.0.0.1"},
    {"no prefix", "10.0.0.0/"},
    {"no address", "/8"},
    {"33 bits of IPv4", "10.0.0.0/33"},
    {"129 bits of IPv6", "2001:db8::/129"},
    {"a negative prefix", "10.0.0.0/-1"},
    {"a mask", "10.0.0.0/255.0.0.0"},
    {"two prefixes", "10.0.0.0/8/8"},
    {"a very long prefix", "10.0.0.0/00000008"},
    {"half an address", "10/8"},
    {"a blank", "10.0.0.0 /8"},
};

static void test_bad_network(void **state) {
    const struct bad_network_row *row = *state;
    struct network network = {.prefix = 42};

    assert_false(network_parse(span_of(row->text), &network));
    assert_int_equal(network.prefix, 42);
}

static void test_both_ways_to_write_an_address_are_equal(void **state) {
    struct address plain;
    struct address within;
    struct address other;

    (void)state;
    assert_true(address_parse(SPAN("192.0.2.7"), &plain));
    assert_true(address_parse(SPAN("::ffff:192.0.2.7"), &within));
    assert_true(address_parse(SPAN("::192.0.2.7"), &other));
    assert_true(address_equal(&plain, &within));
    assert_false(address_equal(&plain, &other));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        ROWS(test_network, networks),
        ROWS(test_bad_network, bad_networks),
        TEST(test_both_ways_to_write_an_address_are_equal),
    };

    return rows_run("address", all, ARRAY_LENGTH(all));
}
