"""Starts traild on a free port with a data directory of its own, talks to it, and stops it.

    with Traild() as server:
        answer = server.get("/v1/events?limit=2")
        answer.status, answer.header("Content-Type"), answer.json()

The program is build/traild, or what TRAILD names. A directory given as `data` outlives the server,
for stories about restarts: Traild(data=directory). Only the standard library is used.
"""

import contextlib
import http.client
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(os.environ.get("TRAILD", os.path.join(ROOT, "build", "traild")))

# Generous, since the machine may be busy and the memory checkers are slow; only failures wait.
PATIENCE = 120

# A story may itself be held up for longer than a server would wait for it; those that are about such
# clients set options, which count before these.
PATIENT = {f"TRAILD_{name}_TIMEOUT": "1h" for name in ("HEADER", "TRANSFER", "IDLE", "DRAIN")}


def watched_by_the_checker_of_threads():
    """Whether PROGRAM was built with it: it keeps more than a byte of its own for each in use."""
    with open(PROGRAM, "rb") as program:
        return b"__tsan_init" in program.read()


def environment_without_settings():
    """Without what whoever runs this has set for traild, for AWS's clients, or as a proxy."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("TRAILD", "AWS_", "BOTO_"))
            and not name.lower().endswith("_proxy")}


def wait_until(condition, what, seconds=PATIENCE):
    """The first true value of condition(), asked again and again, and ever more rarely: whoever asks
    takes the machine from what is waited for."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < seconds:
        value = condition()
        if value:
            return value
        time.sleep(min(0.005 + waited / 10, 0.2))
    raise AssertionError(f"waited {seconds} seconds for {what}")


class Answer:
    """What came back. `headers` keeps the order; header(name) ignores case."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def header(self, name):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return None

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"Answer({self.status}, {self.body[:300]!r})"


class Traild:
    """A running server. Options are further arguments: Traild("--max-upload", "1M")."""

    def __init__(self, *options, data=None, environment=None, start=True):
        self.options = [str(option) for option in options]
        self._own_data = None if data else tempfile.TemporaryDirectory(prefix="traild-story-")
        self.data = str(data) if data else self._own_data.name
        self.environment = {**environment_without_settings(), **PATIENT, **(environment or {})}
        self.process = None
        self.host = "127.0.0.1"
        self.port = None
        self.log = []  # the lines of stderr, as objects; a line that is no JSON as {"text": line}
        if start:
            self.start()

    # ---- life ----

    def start(self):
        """Starts (again) and returns once the server takes connections."""
        command = [PROGRAM, "serve", "--listen", "127.0.0.1:0", "--data", self.data]
        self.log = []
        self.process = subprocess.Popen(
            command + self.options, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._reader = threading.Thread(target=self._read_log, args=(self.process.stderr,))
        self._reader.daemon = True
        self._reader.start()
        try:
            line = wait_until(self._listening, "the server to listen")
        except AssertionError:
            self.kill()
            raise
        self.host, _, port = line["address"].rpartition(":")
        self.host = self.host.strip("[]")
        self.port = int(port)
        return self

    def _listening(self):
        for line in list(self.log):
            if line.get("message") == "listening":
                return line
        if self.process.poll() is not None:
            self._reader.join(PATIENCE)
            raise AssertionError(f"the server ended with {self.process.returncode}: {self.log}")
        return None

    def _read_log(self, stream):
        for line in stream:
            text = line.decode("utf-8", "replace").rstrip("\n")
            try:
                self.log.append(json.loads(text))
            except ValueError:
                self.log.append({"text": text})
                print(f"traild: {text}", file=sys.stderr)
        stream.close()

    def send_signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=PATIENCE):
        """The exit code."""
        code = self.process.wait(seconds)
        self._reader.join(PATIENCE)
        return code

    def stop(self):
        """Asks it to end and gives the exit code."""
        if self.process.poll() is None:
            self.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        """Ends it as a power failure would: kill -9."""
        if self.process.poll() is None:
            self.process.kill()
        return self.wait()

    def restart(self):
        self.stop()
        return self.start()

    def close(self):
        if self.process is not None:
            self.kill()
        if self._own_data is not None:
            self._own_data.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- talk ----

    def connection(self, timeout=PATIENCE):
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def request(self, method, target, body=None, headers=None, timeout=PATIENCE):
        """One request on a connection of its own. `body` may be bytes, text, a file or an
        iterable of bytes (sent chunked). An answer that comes in the middle of the body counts."""
        connection = self.connection(timeout)
        try:
            try:
                connection.request(method, target, body=body, headers=headers or {})
            except (BrokenPipeError, ConnectionResetError):
                pass
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()

    def get(self, target, headers=None, timeout=PATIENCE):
        return self.request("GET", target, headers=headers, timeout=timeout)

    def post(self, target, body=b"", headers=None, timeout=PATIENCE):
        return self.request("POST", target, body=body, headers=headers, timeout=timeout)

    def upload(self, body, headers=None, timeout=PATIENCE):
        """Uploads a log file."""
        return self.post("/v1/imports", body, headers, timeout)

    def socket(self, timeout=PATIENCE):
        """A bare connection, for what no HTTP client would send."""
        return socket.create_connection((self.host, self.port), timeout=timeout)

    # ---- look ----

    def log_lines(self, message):
        """The lines of the log with this message, so far."""
        return [line for line in list(self.log) if line.get("message") == message]

    def limit_files(self, size):
        """From now on no file may grow beyond this, as on a full disk; -1: no limit."""
        _, most = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, most))

    def open_files(self):
        """What its descriptors lead to: paths, and "socket:[INODE]"."""
        found = []
        for entry in os.scandir(f"/proc/{self.process.pid}/fd"):
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                found.append(os.readlink(entry.path))
        return found

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def run(*arguments, environment=None, stdin=None, timeout=PATIENCE):
    """Runs a command of the program to its end: returncode, stdout and stderr as text."""
    return subprocess.run(
        [PROGRAM, *[str(argument) for argument in arguments]],
        env={**environment_without_settings(), **(environment or {})},
        input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
        encoding=None if isinstance(stdin, bytes) else "utf-8", check=False)
