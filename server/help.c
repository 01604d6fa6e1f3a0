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
    "Loads log files, plain or gzip. A PATH is a file, a directory that is walked to its ends for\n"
    "names ending in .json, .jsonl, .ndjson, .log, .gz or in nothing, or - for standard input; or\n"
    "s3://BUCKET/KEY, or s3://BUCKET/PREFIX/ for all log files below it, with credentials that "
    "are\n"
    "found as AWS's own tools find them. A file is stored whole or not at all; what was imported\n"
    "before is noticed and not stored twice, so an import that was interrupted can simply be run\n"
    "again. When a server uses DIR, upload to it instead:\n"
    "  curl --data-binary @FILE http://127.0.0.1:8080/v1/imports\n"
    "\n"
    "Exit status: 0 all is stored; 1 some file failed, and was named with the reason; 2 wrong "
    "usage.\n"
    "\n"
    "Options:\n";

static const char values_text[] =
    "\n"
    "SIZE: 512K, 64M, 2G. TIME: 500ms, 10s, 2m. Options that may be given several times: between\n"
    "commas or blanks in a variable. `--option value` and `--option=value` are the "
    "same.\n"
    "The command line wins over the environment variable in [brackets].\n";

void help_overview(struct buffer *out) {
    buffer_append_text(out, overview);
}

void help_command(enum command command, struct buffer *out) {
    buffer_append_text(out, command == COMMAND_SERVE ? serve_text : import_text);
    options_describe(command, out);
    buffer_append_text(out, values_text);
}
