#include "tests/support_refusals.h"

#include <string.h>

void answer_and_close(void *context, struct fake_connection *connection,
                      const struct fake_request *request) {
    const char *const *answers = context;
    size_t i = 0;

    while (i < request->number && answers[i + 1] != NULL)
        i++;
    fake_send(connection, span_of(answers[i]));
    if (strstr(answers[i], CLOSING) != NULL || answers[i][0] == '\0')
        fake_close(connection);
}
