"""Measures traild beside its peers and writes docs/BENCHMARKS.md: what `make bench` runs.

    make bench EVENTS=50000 ROUNDS=1 REPORT=build/bench    a quick try
"""

import contextlib
import datetime
import json
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import (
    beside, corpora, from_s3, imports, latency, lookups, machine, report, requests, settings, tools)
from harness.peers import Peers

PARTS = {
    "import": imports.run,
    "small": imports.run_small,
    "s3": from_s3.run,
    "latency": latency.run,
    "lookup": lookups.run,
    "http": requests.run,
    "huge": imports.run_huge,
    "beside": beside.run,
}


class Sitting:
    """All that one run shares."""

    def __init__(self, chosen):
        self.settings = chosen
        self.began = time.monotonic()
        self.missing = []
        os.makedirs(chosen.place, exist_ok=True)
        shutil.rmtree(os.path.join(chosen.place, "data"), ignore_errors=True)
        self.peers = Peers(chosen, self.missing)
        place = chosen.place
        packages = ["wrk", "libluajit-5.1-2"]
        self.wrk = tools.find_program(place, "wrk", packages, self.missing) if self.does("http") \
            else None
        self.nginx = tools.find_program(place, "nginx", ["nginx"], self.missing) \
            if self.does("http") else None
        self.stores = imports.Stores(self)
        self.loaded = {}  # what was loaded for questions only, by events and name

    def does(self, part):
        return part in self.settings.parts

    def say(self, text):
        print(f"{time.monotonic() - self.began:7.1f} s  {text}", file=sys.stderr, flush=True)

    def corpora(self):
        return [corpora.of_events(self.settings, events, self.say)
                for events in self.settings.events]

    def large_corpora(self):
        return [corpora.of_events(self.settings, events, self.say)
                for events in self.settings.large if events not in self.settings.events]

    def versions(self):
        found = [tools.version_of([self.settings.program("traild"), "version"]),
                 *self.peers.versions]
        if self.nginx:
            found.append(tools.version_of([self.nginx, "-v"]).removeprefix("nginx version: "))
        if self.wrk:
            found.append(tools.version_of([self.wrk, "-v"]).partition(" [")[0])
        found.append(tools.version_of(["gunzip", "--version"]))
        return found


def measure(sitting):
    results = {
        "date": datetime.date.today().isoformat(),
        "commit": machine.commit(),
        "command": sitting.settings.command(),
        "machine": machine.describe(sitting.settings),
        "versions": sitting.versions(),
        "rounds": sitting.settings.rounds,
        "missing": sitting.missing,
    }
    for part in sitting.settings.parts:
        results[part] = PARTS[part](sitting)
    results["loaded"] = sitting.loaded
    results["minutes"] = (time.monotonic() - sitting.began) / 60
    return results


def main():
    try:
        chosen = settings.Settings()
    except settings.Wrong as wrong:
        print(f"bench: {wrong}\nVariables of make bench:{settings.VARIABLES}", file=sys.stderr)
        return 2
    sitting = Sitting(chosen)
    results = measure(sitting)
    with open(os.path.join(chosen.place, "results.json"), "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    report.write(results, chosen.report)
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(os.path.join(chosen.place, "data"))
    sitting.say(f"wrote {os.path.join(chosen.report, 'BENCHMARKS.md')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
