/* Records, as texts, and lines of CloudWatch Logs around them. */
#ifndef TRAILD_TESTS_RECORDS_H
#define TRAILD_TESTS_RECORDS_H

#define TIME(second) "\"eventTime\":\"2023-07-10T11:42:0" second "Z\""
#define A            "{" TIME("1") ",\"eventID\":\"a\",\"eventName\":\"A\"}"
#define B            "{\"eventName\" :\t\"\\u0042\",\n " TIME("2") " }"
#define NO           "{\"eventName\":\"N\"}"
#define A_TEXT                                                                                     \
    "\"{\\\"eventTime\\\":\\\"2023-07-10T11:42:01Z\\\",\\\"eventID\\\":\\\"a\\\","                 \
    "\\\"eventName\\\":\\\"A\\\"}\""
#define LOG_EVENT(text) "{\"id\":\"1\",\"timestamp\":1689000000000,\"message\":" text "}"

#endif
