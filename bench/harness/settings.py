"""What `make bench` was asked to do: variables of the command line or the environment."""

import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

PARTS = ("import", "small", "s3", "latency", "lookup", "http", "huge", "beside")

VARIABLES = """
  EVENTS=500000,3000000  sizes of the corpora
  EVENTS_LARGE=10000000  one more that only traild loads, to see whether its reads stay flat (none)
  ROUNDS=5               of everything; the report shows medians
  PARTS=import,latency   only these of: {parts} (all)
  PEERS=no               without DuckDB and ClickHouse (yes)
  REPORT=docs            where BENCHMARKS.md and benchmarks/*.svg go
  PLACE=build/bench      where logs, peers and stores are kept
""".format(parts=", ".join(PARTS))


class Wrong(Exception):
    """Something that the person who started the benchmark can put right."""


def numbers(name, default):
    text = os.environ.get(name, default).replace(",", " ")
    try:
        found = sorted({int(word) for word in text.split()})
    except ValueError:
        found = [0]
    if any(number < 1 for number in found):
        raise Wrong(f"{name}={text}: numbers from 1 are wanted")
    return found


def parts():
    wanted = [word for word in os.environ.get("PARTS", "").replace(",", " ").split()]
    unknown = [word for word in wanted if word not in PARTS]
    if unknown:
        raise Wrong(f"PARTS: there is no {unknown[0]}; known are {', '.join(PARTS)}")
    return [part for part in PARTS if part in wanted or not wanted]


def yes_or_no(name, default):
    word = os.environ.get(name, default)
    if word not in ("yes", "no"):
        raise Wrong(f"{name}={word}: yes or no is wanted")
    return word == "yes"


def one_number(name, default):
    found = numbers(name, default)
    if len(found) != 1:
        raise Wrong(f"{name}: one number is wanted")
    return found[0]


class Settings:
    def __init__(self):
        self.events = numbers("EVENTS", "500000,3000000")
        if not self.events:
            raise Wrong("EVENTS: a number is wanted")
        self.large = numbers("EVENTS_LARGE", "")
        self.rounds = one_number("ROUNDS", "5")
        self.parts = parts()
        self.peers = yes_or_no("PEERS", "yes")
        self.report = os.path.join(ROOT, os.environ.get("REPORT", "docs"))
        self.build = os.environ.get("BUILD", os.path.join(ROOT, "build"))
        self.place = os.path.join(ROOT, os.environ.get("PLACE", "build/bench"))
        self.cores = len(os.sched_getaffinity(0))

    def program(self, name):
        return os.path.join(self.build, name)

    def command(self):
        """What gives the same run again."""
        names = ("EVENTS", "EVENTS_LARGE", "ROUNDS", "PARTS", "PEERS", "REPORT", "PLACE")
        given = [f"{name}={os.environ[name].replace(' ', ',')}" for name in names
                 if os.environ.get(name)]
        return " ".join(["make bench", *given])
