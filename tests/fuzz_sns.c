/* Any bytes as a delivery of SNS, and whatever they hold as URLs and topics: no other host than the
 * topic's is ever taken. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good, const char *what) {
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_host(struct span url) {
    struct span host = {url.data + 8, 0};

    check(span_starts_with(url, SPAN("https://sns.")), "another scheme or host");
    while (host.data + host.length < url.data + url.length && host.data[host.length] != '/')
        host.length++;
    check(span_ends_with(host, SPAN(".amazonaws.com")) ||
              span_ends_with(host, SPAN(".amazonaws.com.cn")) ||
              span_ends_with(host, SPAN(".amazonaws.eu")),
          "a host of somebody else");
    for (size_t i = 0; i < host.length; i++)
        check(strchr("@:?#\\ \r\n", host.data[i]) == NULL, "a byte in the host");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct sns_message message;
    struct err err = {0};

    if (!sns_message_read((struct span){(const char *)data, size}, &arena, &message, &err)) {
        check(err.kind == ERR_INVALID || err.kind == ERR_TOO_LARGE, "another kind of failure");
        return 0;
    }
    check(sns_string_to_sign(&message, &arena).length > 0, "nothing to sign");
    if (sns_check_certificate_url(message.certificate_url, message.topic, &err))
        check_host(message.certificate_url);
    if (message.type != SNS_NOTIFICATION &&
        sns_check_subscribe_url(message.subscribe_url, message.topic, &err))
        check_host(message.subscribe_url);
    return 0;
}
