"""The logs that are measured with: made by build/generate once and kept in build/bench/logs."""

import hashlib
import json
import os
import shutil
import subprocess

from harness import processes
from harness.settings import ROOT

SMALL_FILES = 10000
SMALL_EVENTS = 50
HUGE_EVENTS = 800000  # about 1 GiB of JSON


def generator_hash():
    """Changes when the generator does, so that old logs are not taken for new ones."""
    digest = hashlib.sha256()
    for place, folders, names in os.walk(os.path.join(ROOT, "bench", "corpus")):
        folders.sort()
        for name in sorted(names):
            with open(os.path.join(place, name), "rb") as file:
                digest.update(file.read())
    return digest.hexdigest()[:16]


class Corpus:
    """A directory of log files, or one file. `events` and `inflated` are of all of it."""

    def __init__(self, path, about):
        self.path = path
        self.events = about["events"]
        self.inflated = about["inflated"]
        self.files = about["files"]
        self.bytes = about["bytes"]

    @property
    def pattern(self):
        return f"{self.path}/**/*.json.gz"

    def paths(self):
        """In the order of their names, as a listing of the bucket would give them."""
        return sorted(os.path.join(place, name) for place, _, names in os.walk(self.path)
                      for name in names if name.endswith(".json.gz"))


def generate(program, path, options):
    out = ["--one-file", path] if path.endswith(".gz") else ["--out", path]
    done = subprocess.run([program, *options, *out], stdin=subprocess.DEVNULL, check=True,
                          stderr=subprocess.PIPE, text=True)
    # "500000 events and 0 again in 7412 files: 1234 bytes, 123 written"
    words = done.stderr.split()
    numbers = [int(word) for word in words if word.isdigit()]
    return {"events": numbers[0], "files": numbers[2], "inflated": numbers[3],
            "bytes": numbers[4]}


def corpus(settings, name, options, say):
    """Made now, or found as it was made before."""
    path = os.path.join(settings.place, "logs", name)
    mark = f"{path}.made"
    key = f"{generator_hash()} {' '.join(options)}"
    if os.path.exists(mark):
        with open(mark, encoding="utf-8") as file:
            about = json.load(file)
        if about["key"] == key:
            return Corpus(path, about)
        os.remove(mark)
    say(f"generating {name}")
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    about = {"key": key, **generate(settings.program("generate"), path, options)}
    with open(mark, "w", encoding="utf-8") as file:
        json.dump(about, file)
    return Corpus(path, about)


def of_events(settings, events, say):
    return corpus(settings, f"events-{events}", ["--events", str(events)], say)


def of_small_files(settings, say):
    """As many as fit: a file of fewer events than all others is left over at times."""
    files = min(SMALL_FILES, settings.events[0] // SMALL_EVENTS)
    options = ["--events", str(files * SMALL_EVENTS),
               "--events-per-file", f"{SMALL_EVENTS}-{SMALL_EVENTS}"]
    return corpus(settings, "small", options, say)


def of_one_file(settings, say):
    events = min(HUGE_EVENTS, max(settings.events))
    return corpus(settings, "huge.json.gz", ["--events", str(events)], say)


def gunzip_command(settings, place):
    """The floor: nothing can load what it has not unpacked."""
    return ["sh", "-c", f"find '{place}' -name '*.json.gz' -print0 | "
            f"xargs -0 -P {settings.cores} -n 100 gunzip -c > /dev/null"]


def gunzip(settings, place, log):
    return processes.measure(gunzip_command(settings, place), log)
