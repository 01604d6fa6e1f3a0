"""DuckDB and ClickHouse: each a process of bench/peers that loads, and one that answers."""

import json
import os
import shutil
import subprocess

from harness import processes
from harness.tools import PEERS, install_peers

NAMES = {"duckdb": "DuckDB", "chdb": "ClickHouse"}


class Peer:
    """One process, spoken to in lines of JSON."""

    def __init__(self, name, command, environment, log):
        self.name = name
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output,
                env={**os.environ, **environment})

    def ask(self, action, **request):
        self.process.stdin.write(json.dumps({"do": action, **request}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended while asked to {action}")
        answer = json.loads(line)
        if "failed" in answer:
            raise RuntimeError(f"{self.name}, asked to {action}: {answer['failed']}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Peers:
    """Those that are installed. `versions` and `missing` are for the report."""

    def __init__(self, settings, missing):
        self.settings = settings
        self.versions = []
        self.names = []
        self.packages = install_peers(settings.place, missing) if settings.peers else None
        self.log = os.path.join(settings.place, "peers.log")
        for name in NAMES if self.packages else ():
            try:
                with self.start(name) as peer:
                    self.versions.append(peer.ask("version")["version"])
                self.names.append(name)
            except RuntimeError as error:
                missing.append(f"{NAMES[name]}: {error}")

    def start(self, name):
        command = ["node", os.path.join(PEERS, f"{name}.mjs")]
        return Peer(name, command, {"PEER_PACKAGES": self.packages}, self.log)

    def load(self, name, corpus, place):
        """Into an empty directory; what the process itself has measured."""
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(place)
        os.sync()
        with self.start(name) as peer:
            return peer.ask("load", database=place, pattern=corpus.pattern,
                            threads=self.settings.cores)

    def open(self, name, place):
        peer = self.start(name)
        peer.ask("open", database=place, threads=self.settings.cores)
        return peer

