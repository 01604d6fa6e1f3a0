#include "aws/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/utc.h"

#define LOOK_MS                                                                                    \
    50 /* how often it is looked whether somebody cancelled, or the program has ended              \
        */

struct output {
    int descriptor; /* ours to read; -1: at its end */
    char *text;
    size_t length;
};

struct running {
    const struct command *command;
    pid_t process;
    int64_t deadline_ms;
    struct output outputs[2]; /* standard output, standard error */
};

static void close_outputs(struct running *running) {
    for (size_t i = 0; i < 2; i++) {
        if (running->outputs[i].descriptor >= 0)
            close(running->outputs[i].descriptor);
        running->outputs[i].descriptor = -1;
    }
}

/* A group of its own, so that all of it can be killed; signals as a program expects them, whatever
 * this thread blocks or ignores. */
static int spawn(const struct command *command, const int ends[2], pid_t *out) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    int failed =
        posix_spawnp(out, command->words[0], &actions, &attributes, command->words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

static bool start(struct running *running, struct err *err) {
    int ends[2] = {-1, -1};
    bool good = true;

    for (size_t i = 0; i < 2 && good; i++) {
        int pair[2];
        good = pipe2(pair, O_CLOEXEC) == 0 || err_errno(err, "a pipe");
        running->outputs[i].descriptor = good ? pair[0] : -1;
        ends[i] = good ? pair[1] : -1;
    }
    int failed = good ? spawn(running->command, ends, &running->process) : 0;
    for (size_t i = 0; i < 2; i++) {
        if (ends[i] >= 0)
            close(ends[i]);
    }
    if (failed != 0)
        good = err_set(err, ERR_REMOTE, "cannot be started: %s", strerror(failed));
    return good;
}

static bool read_output(struct running *running, struct output *output, struct err *err) {
    size_t most = (size_t)running->command->most_bytes;
    ssize_t got =
        read(output->descriptor, output->text + output->length, most + 1 - output->length);

    if (got < 0)
        return errno == EINTR || err_errno(err, "reading what it writes");
    if (got == 0) {
        close(output->descriptor);
        output->descriptor = -1;
    }
    output->length += (size_t)got;
    if (output->length > most)
        return err_set(err, ERR_REMOTE, "wrote more than %zu bytes", most);
    return true;
}

static bool may_go_on(const struct running *running, struct err *err) {
    const atomic_bool *cancel = running->command->cancel;

    if (cancel != NULL && atomic_load(cancel))
        return err_set(err, ERR_CANCELLED, "cancelled");
    if (monotonic_ms() >= running->deadline_ms)
        return err_set(err, ERR_BUSY, "did not end within %lld ms",
                       (long long)running->command->most_ms);
    return true;
}

static bool read_outputs(struct running *running, struct err *err) {
    struct output *outputs = running->outputs;

    while (outputs[0].descriptor >= 0 || outputs[1].descriptor >= 0) {
        struct pollfd polled[] = {{outputs[0].descriptor, POLLIN, 0},
                                  {outputs[1].descriptor, POLLIN, 0}};
        if (!may_go_on(running, err))
            return false;
        if (poll(polled, 2, LOOK_MS) <= 0)
            continue;
        for (size_t i = 0; i < 2; i++) {
            if (polled[i].revents != 0 && !read_output(running, &outputs[i], err))
                return false;
        }
    }
    return true;
}

static bool wait_for_end(struct running *running, int *out_status, struct err *err) {
    for (;;) {
        pid_t ended = waitpid(running->process, out_status, WNOHANG);
        if (ended == running->process)
            return true;
        if (ended < 0 && errno != EINTR)
            return err_errno(err, "waiting for its end");
        if (!may_go_on(running, err))
            return false;
        (void)poll(NULL, 0, 5);
    }
}

static void kill_all(struct running *running) {
    kill(-running->process, SIGKILL);
    while (waitpid(running->process, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* What a person wants to read of standard error: its last line. */
static struct span last_line(const struct output *output) {
    struct span text = span_trim((struct span){output->text, output->length});
    struct span before;
    struct span line;

    if (!span_cut_last(text, '\n', &before, &line))
        line = text;
    line = span_trim(line);
    if (line.length > 200)
        line.length = 200;
    return line;
}

static bool check_status(const struct running *running, int status, struct err *err) {
    struct span line = last_line(&running->outputs[1]);

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFSIGNALED(status))
        return err_set(err, ERR_REMOTE, "was ended by signal %d", WTERMSIG(status));
    return err_set(err, ERR_REMOTE, "ended with status %d%s%.*s", WEXITSTATUS(status),
                   line.length > 0 ? ": " : "", SPAN_ARGS(line));
}

bool command_run(const struct command *command, struct arena *arena, struct span *out,
                 struct err *err) {
    struct running running = {
        .command = command,
        .deadline_ms = monotonic_ms() + command->most_ms,
        .outputs = {{.descriptor = -1}, {.descriptor = -1}},
    };
    int status = 0;

    for (size_t i = 0; i < 2; i++)
        running.outputs[i].text = arena_allocate(arena, (size_t)command->most_bytes + 1);
    if (!start(&running, err)) {
        close_outputs(&running);
        return false;
    }
    bool ended = read_outputs(&running, err) && wait_for_end(&running, &status, err);
    close_outputs(&running);
    if (!ended)
        kill_all(&running);
    if (!ended || !check_status(&running, status, err))
        return false;
    *out = (struct span){running.outputs[0].text, running.outputs[0].length};
    return true;
}
