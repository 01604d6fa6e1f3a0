/* Answers as AWS gives them, and a server that gives one after another. */
#ifndef TRAILD_TESTS_SUPPORT_REFUSALS_H
#define TRAILD_TESTS_SUPPORT_REFUSALS_H

#include "tests/support_fake_http.h"

#define FINE                  "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"
#define CUT                   ""
#define XML(code)             "<?xml version=\"1.0\"?><Error><Code>" code "</Code><Message>Why not</Message>"
#define XML_END               "<RequestId>REQ1</RequestId></Error>"
#define CLOSING               "Connection: close\r\n\r\n"
#define REFUSED(status, code) "HTTP/1.1 " status "\r\n" CLOSING XML(code) XML_END
#define REFUSED_WITH(status, fields, code)                                                         \
    "HTTP/1.1 " status "\r\n" fields CLOSING XML(code) XML_END

/* The n-th request gets the n-th of the answers, which NULL ends; the last one again and again. The
 * connection ends with the answer, where that says so or is empty. */
void answer_and_close(void *answers, struct fake_connection *connection,
                      const struct fake_request *request);

#endif
