/* traild: an audit API over AWS CloudTrail logs.
 *
 * A map of the program, in the order of the folders; each uses only those before it:
 *
 *   base/      small tools: err, span, buffer, arena, utc, log, spool, limits
 *   aws/       AWS as a client meets it: S3, credentials, SNS, SQS   door: each header
 *   store/     events at rest: SQLite, blocks, columns, queries      door: store/store.h
 *   ingest/    bytes -> records -> events -> store                   door: ingest/ingest.h
 *   collect/   log files from S3 -> store                            door: collect/collector.h
 *   handlers/  request -> query -> response, no sockets              door: handlers/service.h
 *   server/    this folder: the process
 *
 * and of this folder:
 *
 *   main            which command
 *   options         the table of them; settings, value, option_checks: reading them; help
 *   serve_command   start, wait for a signal, stop
 *     listener      the listening socket
 *     http_server   libmicrohttpd
 *       framing     is the request's head fit to be acted on?
 *       origin      does a web page of another site make it?
 *       exchange    one request, from its head to its line in the log
 *         workers   threads for what takes long
 *         access_log
 *       raw_answer  a refusal in the middle of a body
 *     reaper        slow and vanished clients; parting: refused ones
 *     inflight      what stopping waits for
 *     signals
 *   import_command  load files without a server
 *     import_files  which, in which order
 *     loader        the threads that load files; s3_loader: what lies in S3
 *     import_report what is told of them
 *     progress      what is shown meanwhile
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "server/help.h"
#include "server/import_command.h"
#include "server/serve_command.h"
#include "server/settings.h"
#include "server/value.h"

#define EXIT_USAGE 2

static const struct {
    const char *name;
    enum command command;
    int (*run)(const struct settings *settings);
} commands[] = {
    {"serve", COMMAND_SERVE, serve_command},
    {"import", COMMAND_IMPORT, import_command},
};

static int print(const struct buffer *text, FILE *where) {
    bool written = fwrite(text->data, 1, text->length, where) == text->length;

    return written && fflush(where) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int show_overview(void) {
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&text, 0);
    help_overview(&text);
    return print(&text, stdout);
}

static int show_help(enum command command) {
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&text, 0);
    help_command(command, &text);
    return print(&text, stdout);
}

static int show_version(void) {
    printf("traild %s\n", TRAILD_VERSION);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int unknown_command(const char *name) {
    static const char *const names[] = {"serve", "import", "help", "version"};
    const char *nearest = value_nearest(span_of(name), names, ARRAY_LENGTH(names));

    fprintf(stderr, "traild: there is no command \"%s\"", name);
    if (nearest != NULL)
        fprintf(stderr, "; did you mean `traild %s`?\n", nearest);
    else
        fprintf(stderr, "; `traild help` lists them all\n");
    return EXIT_USAGE;
}

static int run_command(size_t number, char **arguments, size_t count) {
    struct settings settings;
    struct err err;

    if (!settings_read(commands[number].command, arguments, count, getenv, &settings, &err)) {
        fprintf(stderr, "traild %s: %s\n", commands[number].name, err.text);
        return EXIT_USAGE;
    }
    int status =
        settings.help ? show_help(commands[number].command) : commands[number].run(&settings);
    settings_clear(&settings);
    return status;
}

/* Else the first file that is opened would take the place of standard error, and be written to. */
static void open_standard_descriptors(void) {
    int descriptor;

    do
        descriptor = open("/dev/null", O_RDWR);
    while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor >= 0)
        close(descriptor);
}

static int help(const char *topic) {
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (topic != NULL && strcmp(topic, commands[i].name) == 0)
            return show_help(commands[i].command);
    }
    if (topic == NULL || strcmp(topic, "help") == 0 || strcmp(topic, "version") == 0)
        return show_overview();
    return unknown_command(topic);
}

int main(int count, char **arguments) {
    const char *name = count > 1 ? arguments[1] : NULL;

    memory_share();
    open_standard_descriptors();
    /* An audit log is not for everybody on the machine. */
    umask(S_IWGRP | S_IRWXO);
    if (name == NULL) {
        show_overview();
        return EXIT_USAGE;
    }
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return help(count > 2 ? arguments[2] : NULL);
    if (strcmp(name, "version") == 0 || strcmp(name, "--version") == 0)
        return show_version();
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (strcmp(name, commands[i].name) == 0)
            return run_command(i, arguments + 2, (size_t)count - 2);
    }
    return unknown_command(name);
}
