#include "aws/transport.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "aws/incoming.h"
#include "aws/speed.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/utc.h"

#define DEFAULT_CONNECT_MS INT64_C(10000)
#define DEFAULT_STALL_MS   INT64_C(30000)
#define LOOK_MS            50 /* how soon a cancel or a deadline is noticed */
#define KEPT_CONNECTIONS   4L

struct transport {
    CURLM *multi;
    CURL *easy;
    char *ca_bundle;  /* owned; NULL: the system's */
    char *user_agent; /* owned; NULL: none */
};

/* One request under way. */
struct exchange {
    const struct transport_request *request;
    struct transport *transport;
    struct incoming incoming;
    struct speed speed;
    char reason[CURL_ERROR_SIZE];
};

static void start_library(void) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
}

/* What libcurl gives NULL for is out of memory. */
static void *or_die(void *made) {
    if (made == NULL)
        abort();
    return made;
}

static char *copy_text(const char *text) {
    return text == NULL ? NULL : memory_copy_text(text, strlen(text));
}

struct transport *transport_open(const struct transport_config *config) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct transport *transport = memory_new(1, sizeof(*transport));

    pthread_once(&once, start_library);
    transport->multi = or_die(curl_multi_init());
    transport->easy = or_die(curl_easy_init());
    transport->ca_bundle = copy_text(config->ca_bundle);
    transport->user_agent = copy_text(config->user_agent);
    curl_multi_setopt(transport->multi, CURLMOPT_MAXCONNECTS, KEPT_CONNECTIONS);
    return transport;
}

void transport_close(struct transport *transport) {
    if (transport == NULL)
        return;
    curl_easy_cleanup(transport->easy);
    curl_multi_cleanup(transport->multi);
    free(transport->ca_bundle);
    free(transport->user_agent);
    free(transport);
}

struct span answer_field(const struct transport_answer *answer, const char *name) {
    for (size_t i = 0; i < answer->field_count; i++) {
        if (span_equal(answer->fields[i].name, span_of(name)))
            return answer->fields[i].value;
    }
    return SPAN_NONE;
}

/* ---- what comes ---- */

static size_t take_line(char *bytes, size_t size, size_t count, void *context) {
    struct exchange *exchange = context;
    struct span line = {bytes, size * count};

    return incoming_line(&exchange->incoming, line) ? line.length : 0;
}

static size_t take_bytes(char *bytes, size_t size, size_t count, void *context) {
    struct exchange *exchange = context;
    struct span piece = {bytes, size * count};

    return incoming_bytes(&exchange->incoming, piece) ? piece.length : 0;
}

/* ---- what is sent ---- */

/* A field may hold a session token, so nothing of its line stays behind. */
static struct curl_slist *add_line(struct curl_slist *list, const struct http_field *field) {
    struct buffer CLEANUP(buffer_clear) line;

    buffer_init(&line, 0);
    (void)buffer_reserve(&line, field->name.length + field->value.length + 3);
    buffer_append(&line, field->name);
    /* "Name;" is how libcurl sends a field without a value. */
    buffer_append_text(&line, field->value.length == 0 ? ";" : ": ");
    buffer_append(&line, field->value);
    buffer_append_byte(&line, '\0');
    list = or_die(curl_slist_append(list, line.data));
    explicit_bzero(line.data, line.length);
    return list;
}

static void wipe_lines(struct curl_slist *list) {
    for (struct curl_slist *line = list; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(list);
}

/* A line end in a value would be a field of its own. */
static bool fields_are_clean(const struct transport_request *request) {
    for (size_t i = 0; i < request->field_count; i++) {
        struct span value = request->fields[i].value;
        for (size_t at = 0; at < value.length; at++) {
            if ((unsigned char)value.data[at] < ' ' || value.data[at] == 0x7f)
                return false;
        }
    }
    return true;
}

/* `name` ends with a colon. */
static bool has_field(const struct transport_request *request, const char *name) {
    struct span wanted = span_head(span_of(name), strlen(name) - 1);

    for (size_t i = 0; i < request->field_count; i++) {
        if (span_equal_any_case(request->fields[i].name, wanted))
            return true;
    }
    return false;
}

/* What libcurl would add of its own is taken off ("Name:"). */
static struct curl_slist *field_lines(const struct transport_request *request) {
    static const char *const unwanted[] = {"Expect:", "Accept:", "Content-Type:"};
    struct curl_slist *list = NULL;

    for (size_t i = 0; i < request->field_count; i++)
        list = add_line(list, &request->fields[i]);
    for (size_t i = 0; i < ARRAY_LENGTH(unwanted); i++) {
        if (!has_field(request, unwanted[i]))
            list = or_die(curl_slist_append(list, unwanted[i]));
    }
    return list;
}

static void set_method(CURL *easy, const struct transport_request *request) {
    if (strcmp(request->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (strcmp(request->method, "POST") == 0 || strcmp(request->method, "PUT") == 0) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                         request->body.length == 0 ? "" : request->body.data);
    }
    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

/* Neither signals nor a wait for a name server that does not answer: CURLOPT_QUICK_EXIT leaves its
 * thread to end alone. */
static void set_manners(CURL *easy, const struct transport *transport) {
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    if (transport->ca_bundle != NULL)
        curl_easy_setopt(easy, CURLOPT_CAINFO, transport->ca_bundle);
    if (transport->user_agent != NULL)
        curl_easy_setopt(easy, CURLOPT_USERAGENT, transport->user_agent);
}

static void set_request(struct exchange *exchange, const char *url, struct curl_slist *lines) {
    const struct transport_request *request = exchange->request;
    CURL *easy = exchange->transport->easy;

    set_manners(easy, exchange->transport);
    set_method(easy, request);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(request->connect_ms > 0 ? request->connect_ms : DEFAULT_CONNECT_MS));
    if (request->direct)
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->reason);
}

/* ---- waiting ---- */

static int64_t bytes_moved(CURL *easy) {
    curl_off_t up = 0;
    curl_off_t down = 0;
    long head = 0;

    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
    curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &head);
    return (int64_t)up + (int64_t)down + head;
}

static bool may_go_on(struct exchange *exchange) {
    const struct transport_request *request = exchange->request;
    struct err why;

    if (request->cancel != NULL && atomic_load(request->cancel))
        return incoming_fail(&exchange->incoming, ERR_CANCELLED, "the request was cancelled");
    return speed_check(&exchange->speed, bytes_moved(exchange->transport->easy), monotonic_ms(),
                       &why) ||
           incoming_fail(&exchange->incoming, why.kind, why.text);
}

static CURLcode result_of(CURLM *multi) {
    int left;

    for (CURLMsg *message = curl_multi_info_read(multi, &left); message != NULL;
         message = curl_multi_info_read(multi, &left)) {
        if (message->msg == CURLMSG_DONE)
            return message->data.result;
    }
    return CURLE_RECV_ERROR;
}

/* False: given up by us, and err tells why. */
static bool run(struct exchange *exchange, CURLcode *out_result) {
    CURLM *multi = exchange->transport->multi;
    int running = 1;

    while (curl_multi_perform(multi, &running) == CURLM_OK && running > 0) {
        if (!may_go_on(exchange))
            return false;
        curl_multi_poll(multi, NULL, 0, LOOK_MS, NULL);
    }
    *out_result = result_of(multi);
    return !exchange->incoming.failed;
}

/* ---- what became of it ---- */

static enum err_kind kind_of(CURLcode result) {
    switch (result) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
        return ERR_REMOTE;
    case CURLE_URL_MALFORMAT:
        return ERR_INVALID;
    default:
        return ERR_BUSY;
    }
}

static const char *reason_of(const struct exchange *exchange, CURLcode result) {
    if (result == CURLE_SSL_CACERT_BADFILE)
        return "the file of trusted certificates (AWS_CA_BUNDLE, ca_bundle) cannot be used";
    if (result == CURLE_UNSUPPORTED_PROTOCOL || result == CURLE_WEIRD_SERVER_REPLY)
        return "what answers there does not speak HTTP";
    return exchange->reason[0] != '\0' ? exchange->reason : curl_easy_strerror(result);
}

static bool conclude(struct exchange *exchange, CURLcode result, struct transport_answer *out) {
    if (result != CURLE_OK && !exchange->incoming.enough)
        return incoming_fail(&exchange->incoming, kind_of(result), reason_of(exchange, result));
    return incoming_end(&exchange->incoming, out);
}

static bool perform(struct exchange *exchange, struct transport_answer *out) {
    const struct transport_request *request = exchange->request;
    struct transport *transport = exchange->transport;
    char *CLEANUP(memory_free_at) url = memory_copy_text(request->url.data, request->url.length);
    struct curl_slist *lines = field_lines(request);
    CURLcode result = CURLE_OK;

    set_request(exchange, url, lines);
    curl_multi_add_handle(transport->multi, transport->easy);
    bool good = run(exchange, &result) && conclude(exchange, result, out);
    curl_multi_remove_handle(transport->multi, transport->easy);
    curl_easy_reset(transport->easy);
    wipe_lines(lines);
    return good;
}

bool transport_send(struct transport *transport, const struct transport_request *request,
                    struct arena *arena, struct transport_answer *out, struct err *err) {
    struct exchange exchange = {
        .request = request,
        .transport = transport,
    };

    if (!fields_are_clean(request))
        return err_set(err, ERR_INVALID, "a field of a request holds a control character");
    speed_begin(&exchange.speed, request->stall_ms > 0 ? request->stall_ms : DEFAULT_STALL_MS,
                request->total_ms, monotonic_ms());
    incoming_begin(&exchange.incoming, request, arena, err);
    bool good = perform(&exchange, out);
    incoming_clear(&exchange.incoming);
    return good;
}
