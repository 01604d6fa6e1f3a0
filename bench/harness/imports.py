"""Part one: how fast logs go in, by traild, by its peers, and by gunzip, which only unpacks them."""

import os
import re
import shutil

from harness import clients, corpora, processes
from harness.servers import Traild

CLIENTS = 4
SMALL_CLIENTS = 8


def fresh(place):
    shutil.rmtree(place, ignore_errors=True)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    return place


def inserted(log):
    """How many events an import says that it has stored."""
    with open(log, encoding="utf-8") as file:
        found = re.search(r"([\d,]+) inserted", file.read())
    return int(found[1].replace(",", "")) if found else 0


class Stores:
    """Where each program keeps each corpus, and what is known of it: loaded once for all parts."""

    def __init__(self, sitting):
        self.sitting = sitting

    def place(self, corpus, name):
        settings = self.sitting.settings
        return os.path.join(settings.place, "data", os.path.basename(corpus.path), name)

    def log(self, name):
        return os.path.join(self.sitting.settings.place, f"{name}.log")

    # ---- one way each to load a corpus ----

    def gunzip(self, corpus):
        return corpora.gunzip(self.sitting.settings, corpus.path, self.log("gunzip"))

    def by_import(self, corpus):
        place = fresh(self.place(corpus, "traild"))
        program = self.sitting.settings.program("traild")
        log = self.log("import")
        measured = processes.measure([program, "import", "--data", place, corpus.path], log)
        return {**measured, "events": inserted(log), "bytes": processes.bytes_below(place)}

    def by_upload(self, corpus, count=CLIENTS):
        place = fresh(self.place(corpus, "uploaded"))
        os.sync()
        paths = [corpus.path] if os.path.isfile(corpus.path) else corpus.paths()
        settings = self.sitting.settings
        with Traild(settings.program("traild"), place, self.log("serve")) as server:
            measured = clients.upload(settings, server.address, count, paths)
            measured["sent"] = measured.pop("bytes")
            measured["peak"] = server.peak()
            metrics = clients.body_of(server.address, "/metrics").decode()
        measured["events"] = int(float(re.search(r"^traild_store_events (\S+)", metrics, re.M)[1]))
        return {**measured, "bytes": processes.bytes_below(place)}

    def by_peer(self, name, corpus):
        return self.sitting.peers.load(name, corpus, self.place(corpus, name))

    # ---- all of them ----

    def ways(self):
        """Peer, traild, peer, traild: the neighbours of each are others."""
        names = self.sitting.peers.names
        ways = {"gunzip": self.gunzip}
        if names:
            ways[names[0]] = lambda corpus: self.by_peer(names[0], corpus)
        ways["import"] = self.by_import
        if names[1:]:
            ways[names[1]] = lambda corpus: self.by_peer(names[1], corpus)
        ways["upload"] = self.by_upload
        return ways

    def load(self, name, corpus):
        """For parts that only read: when no part before has loaded it."""
        way = {"traild": self.by_import}.get(name, lambda corpus: self.by_peer(name, corpus))
        place = self.place(corpus, name)
        if not os.path.exists(place):
            self.sitting.say(f"loading {corpus.events} events into {name}")
            return check(corpus, name, way(corpus))
        return None


def check(corpus, name, measured):
    """What does not hold all events has not done the work that is compared."""
    if measured.get("events", corpus.events) != corpus.events:
        raise RuntimeError(f"{name} holds {measured['events']} of {corpus.events} events")
    return measured


def run_corpus(sitting, corpus):
    ways = sitting.stores.ways()
    rounds = {name: [] for name in ways}
    for number in range(sitting.settings.rounds):
        for name, way in ways.items():
            sitting.say(f"import of {corpus.events}, round {number + 1}: {name}")
            rounds[name].append(check(corpus, name, way(corpus)))
    shutil.rmtree(sitting.stores.place(corpus, "uploaded"))
    return {"events": corpus.events, "files": corpus.files, "inflated": corpus.inflated,
            "gzip": corpus.bytes, "rounds": rounds}


def run(sitting):
    return [run_corpus(sitting, corpus) for corpus in sitting.corpora()]


def run_small(sitting):
    """Many small uploads, each durable before the next one is sent."""
    corpus = corpora.of_small_files(sitting.settings, sitting.say)
    rounds = []
    for number in range(sitting.settings.rounds):
        sitting.say(f"small uploads, round {number + 1}")
        measured = sitting.stores.by_upload(corpus, SMALL_CLIENTS)
        rounds.append(check(corpus, "small uploads", measured))
    shutil.rmtree(sitting.stores.place(corpus, "uploaded"))
    return {"events": corpus.events, "files": corpus.files, "gzip": corpus.bytes,
            "rounds": rounds}


def run_huge(sitting):
    """One file, one gzip stream."""
    corpus = corpora.of_one_file(sitting.settings, sitting.say)
    stores = sitting.stores
    log = stores.log("gunzip")
    command = ["sh", "-c", f"gunzip -c '{corpus.path}' > /dev/null"]
    ways = {"gunzip": lambda corpus: processes.measure(command, log),
            "import": stores.by_import, "upload": lambda corpus: stores.by_upload(corpus, 1)}
    rounds = {name: [] for name in ways}
    for number in range(sitting.settings.rounds):
        for name, way in ways.items():
            sitting.say(f"one huge file, round {number + 1}: {name}")
            rounds[name].append(check(corpus, name, way(corpus)))
    shutil.rmtree(os.path.dirname(stores.place(corpus, "uploaded")))
    return {"events": corpus.events, "inflated": corpus.inflated, "gzip": corpus.bytes,
            "rounds": rounds}
