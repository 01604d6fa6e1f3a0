#include "server/help.h"

#include "server/options.h"

static const char overview[] =
    "traild answers who did what, when and from where, out of AWS CloudTrail logs.\n"
    "\n"
    "  traild serve --data DIR            answer over HTTP, on 127.0.0.1:8080\n"
    "  traild import --data DIR PATH...   load log files, also from S3, without a server\n"
    "  traild help [COMMAND]              more about a command\n"
    "  traild version                     which version this is\n"
    "\n"
    "To begin:\n"
    "\n"
    "  traild serve --data ./events &\n"
    "  curl --data-binary @FILE.json.gz http://127.0.0.1:8080/v1/imports\n"
    "  curl 'http://127.0.0.1:8080/v1/events?limit=5'\n";

static const char serve_text[] =
    "traild serve --data DIR [OPTION]...\n"
    "\n"
    "Takes log files and answers questions over HTTP until it is stopped (Ctrl-C, SIGTERM), with\n"
    "one line of JSON on standard error for each request. GET /openapi.yaml describes the API.\n"
    "One process at a time may use a data directory.\n"
    "\n"
    "Log files in S3 are imported when they are asked for (--s3-allow), and as they are delivered\n"
    "(--follow, --queue, --sns-topic). Credentials are found as AWS's own tools find them.\n"
    "\n"
    "Options:\n";

static const char import_text[] =
    "traild import --data DIR [OPTION]... PATH...\n"
    "\n"
    "Loads log files, plain or gzip, without a server. A PATH is one of:\n"
    "\n"
    "  FILE                  a log file of any name; - is standard input\n"
    "  DIRECTORY             what lies in it, however deep, and is named .json, .jsonl, .ndjson,\n"
    "                        .log or .gz, or has no ending\n"
    "  s3://BUCKET/KEY       an object\n"
    "  s3://BUCKET/PREFIX/   all log files below the prefix\n"
    "\n"
    "A file is stored whole or not at all. What was imported before is noticed and not stored\n"
    "twice, so an import that was interrupted can simply be run again. Credentials for S3 are\n"
    "found as AWS's own tools find them. When a server uses DIR, upload to it instead:\n"
    "  curl --data-binary @FILE http://127.0.0.1:8080/v1/imports\n"
    "\n"
    "Exit status: 0 each file is stored, though some of its records may be rejected, which is\n"
    "told; 1 some file failed, and was named with the reason; 2 wrong usage.\n"
    "\n"
    "Options:\n";

static const char serve_values[] = "\nSIZE: 512K, 64M, 2G. TIME: 500ms, 10s, 2m.\n";

static const char import_values[] =
    "\nSIZE: 512K, 64M, 2G. WHEN: 2026-01-31, 2026-01-31T09:00:00Z, now-24h, -7d.\n";

static const char ways_text[] =
    "`--option value` and `--option=value` are the same. An option that may be given several "
    "times\n"
    "takes values between commas or blanks in its variable. The command line wins over the\n"
    "environment variable in [brackets].\n";

void help_overview(struct buffer *out) {
    buffer_append_text(out, overview);
}

void help_command(enum command command, struct buffer *out) {
    buffer_append_text(out, command == COMMAND_SERVE ? serve_text : import_text);
    options_describe(command, out);
    buffer_append_text(out, command == COMMAND_SERVE ? serve_values : import_values);
    buffer_append_text(out, ways_text);
}
