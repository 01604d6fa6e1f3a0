#include "server/origin.h"

#include <string.h>

#include "base/address.h"

#define SHOWN_BYTES 100

static struct span shown(struct span text) {
    return span_head(text, SHOWN_BYTES);
}

static bool is_port(struct span text) {
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    }
    return true;
}

/* `[::1]` of `[::1]:8080` (RFC 3986, section 3.2); SPAN_NONE when it makes no sense. */
static struct span host_of(struct span authority) {
    struct span last = authority;
    struct span before;
    struct span port;

    if (span_starts_with(authority, SPAN("[")) && !span_cut(authority, ']', &before, &last))
        return SPAN_NONE;
    if (!span_cut(last, ':', &before, &port))
        return authority;
    if (!is_port(port))
        return SPAN_NONE;
    return (struct span){authority.data, authority.length - port.length - strlen(":")};
}

static bool is_address(struct span host) {
    struct address address;
    bool brackets = host.length > 2 && host.data[0] == '[' && host.data[host.length - 1] == ']';

    if (!brackets)
        return memchr(host.data, ':', host.length) == NULL && address_parse(host, &address);
    host = (struct span){host.data + 1, host.length - 2};
    return memchr(host.data, ':', host.length) != NULL && address_parse(host, &address);
}

static bool is_listed(struct span host, struct span hosts) {
    struct span name;

    while (span_cut(hosts, ',', &name, &hosts)) {
        if (span_equal_any_case(name, host))
            return true;
    }
    return hosts.length > 0 && span_equal_any_case(hosts, host);
}

static bool is_name(struct span name) {
    for (size_t i = 0; i < name.length; i++) {
        char byte = name.data[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        bool digit = byte >= '0' && byte <= '9';
        if (!letter && !digit && byte != '-' && byte != '.' && byte != '_')
            return false;
    }
    return name.length > 0;
}

/* Without a dot: nobody can register such a name and make it lead here. */
static bool is_local_name(struct span host) {
    return is_name(host) && memchr(host.data, '.', host.length) == NULL;
}

static bool check_host(struct span authority, struct span hosts, struct refusal *refusal) {
    struct span host = host_of(authority);

    if (host.length > 0 && (is_address(host) || is_local_name(host) || is_listed(host, hosts)))
        return true;
    return refuse(refusal, 421, "Misdirected Request",
                  "this service does not go by the name \"%.*s\": use its IP address or localhost, "
                  "or start it with --host and that name",
                  SPAN_ARGS(shown(authority)));
}

static bool is_our_own(struct span origin, struct span authority, struct span hosts) {
    static const char *const schemes[] = {"http://", "https://"};

    for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++) {
        if (!span_starts_with(origin, span_of(schemes[i])))
            continue;
        struct span from = span_skip(origin, strlen(schemes[i]));
        /* A proxy in front may call us by another name than its clients do. */
        return (from.length > 0 && span_equal_any_case(from, authority)) ||
               is_listed(host_of(from), hosts);
    }
    return false;
}

static bool changes_nothing(struct span method) {
    return span_equal(method, SPAN("GET")) || span_equal(method, SPAN("HEAD")) ||
           span_equal(method, SPAN("OPTIONS"));
}

/* A link that a person follows, or an address that is typed. */
static bool is_navigation(const struct head *head) {
    return (span_equal(head->method, SPAN("GET")) || span_equal(head->method, SPAN("HEAD"))) &&
           span_equal(head_field(head, SPAN("sec-fetch-mode")), SPAN("navigate"));
}

static bool from_elsewhere(const struct head *head) {
    struct span site = head_field(head, SPAN("sec-fetch-site"));

    return span_equal(site, SPAN("cross-site")) || span_equal(site, SPAN("same-site"));
}

bool origin_check(const struct head *head, struct span hosts, struct refusal *out_refusal) {
    struct span authority = head_field(head, SPAN("host"));
    struct span origin = head_field(head, SPAN("origin"));

    /* Browsers send it always, HTTP/1.0 need not. */
    if (authority.data != NULL && !check_host(authority, hosts, out_refusal))
        return false;
    if (origin.data != NULL && !changes_nothing(head->method) &&
        !is_our_own(origin, authority, hosts))
        return refuse(out_refusal, 403, "Forbidden",
                      "a page of another site (%.*s) may not send this; a name by which this "
                      "service is known must be given to it with --host",
                      SPAN_ARGS(shown(origin)));
    if (from_elsewhere(head) && !is_navigation(head))
        return refuse(out_refusal, 403, "Forbidden", "a page of another site may not ask this");
    return true;
}

bool origin_check_hosts(struct span hosts, struct err *err) {
    struct span name;
    bool good = true;

    while (span_cut(hosts, ',', &name, &hosts))
        good = good && is_name(name);
    if (!good || !is_name(hosts))
        return err_set(err, ERR_INVALID,
                       "must be names without ports, with commas between them, such as "
                       "traild.example.com,audit");
    return true;
}
