"""Programs that are measured: how long they take, and how much memory they held at most."""

import json
import os
import subprocess
import threading
import time

SAMPLE_SECONDS = 0.005


def peak_bytes(process):
    """VmHWM of a process; 0 when it has ended."""
    try:
        with open(f"/proc/{process}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


class PeakWatch:
    """Looks at VmHWM again and again, since nobody can ask a process that has ended."""

    def __init__(self, process):
        self.peak = peak_bytes(process)  # before the thread may be late
        self._process = process
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self):
        while not self._ended.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, peak_bytes(self._process))

    def end(self):
        self._ended.set()
        self._thread.join()
        return self.peak


def fail(command, code, text):
    shown = " ".join(command if isinstance(command, list) else [command])
    raise RuntimeError(f"{shown[:300]} ended with {code}: {text[-2000:]}")


def run(command, **options):
    """Runs to the end; what it printed. Fails when it fails."""
    done = subprocess.run(command, stdin=options.pop("stdin", subprocess.DEVNULL), check=False,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    if done.returncode != 0:
        fail(command, done.returncode, done.stderr)
    return done.stdout


def feed(command, lines):
    """As run, with lines on standard input."""
    done = subprocess.run(command, input="".join(f"{line}\n" for line in lines), check=False,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        fail(command, done.returncode, done.stderr)
    return done.stdout


def measure(command, log, environment=None):
    """Runs a program to its end: seconds and peak memory. Its output goes to the file `log`."""
    os.sync()  # what others wrote is not written at this one's expense
    with open(log, "w", encoding="utf-8") as output:
        began = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, env=environment)
        watch = PeakWatch(process.pid)
        code = process.wait()
        took = time.monotonic() - began
        peak = watch.end()
    if code != 0:
        with open(log, encoding="utf-8", errors="replace") as output:
            fail(command, code, output.read())
    return {"seconds": took, "peak": peak}


def bytes_below(directory):
    """The sizes of all files in a directory."""
    return sum(os.path.getsize(os.path.join(place, name))
               for place, _, names in os.walk(directory) for name in names)


def last_line(log):
    """The JSON that a measured program printed last."""
    with open(log, encoding="utf-8") as output:
        return json.loads(output.read().splitlines()[-1])
