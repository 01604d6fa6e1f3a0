"""Part three: how fast logs come out of a bucket, by traild, by the AWS CLI and a directory, and by
a script that asks one question."""

import os
import shutil
import sys

from harness import bucket, imports, processes, questions, tools
from harness.bucket import NAME
from harness.settings import ROOT

sys.path.append(os.path.join(ROOT, "tests", "stories"))

import aws_clients

DOWNLOADS = (8, 32)  # the default, and what a fast line is worth
SCAN = os.path.join(ROOT, "bench", "peers", "scan_bucket.py")
URI = f"s3://{NAME}/"


class Ways:
    """Each fetches all of the bucket. What it needs and cannot find is left out."""

    def __init__(self, sitting, corpus, server):
        self.sitting = sitting
        self.server = server
        self.corpus = corpus
        self.environment = server.environment()
        self.program = sitting.settings.program("traild")
        self.account = questions.draw(corpus, sitting.say)["account"][0]["account"]

    def all(self):
        ways = {f"s3_{count}": lambda count=count: self.by_import(count) for count in DOWNLOADS}
        ways["directory"] = lambda: self.sitting.stores.by_import(self.corpus)
        if aws_clients.find_cli():
            ways["sync"] = self.by_sync
        if aws_clients.has_boto3(aws_clients.boto3_python()):
            ways["scan"] = self.by_scan
        return ways

    def place(self, name):
        return self.sitting.stores.place(self.corpus, name)

    def by_import(self, downloads):
        place = imports.fresh(self.place("from-s3"))
        log = self.sitting.stores.log("import-s3")
        command = [self.program, "import", "--data", place, "--downloads", str(downloads), URI]
        measured = processes.measure(command, log, self.environment)
        return {**measured, "events": imports.inserted(log)}

    def by_sync(self):
        """The peak is of the larger of the two programs."""
        copy = imports.fresh(self.place("copied"))
        log = self.sitting.stores.log("sync")
        command = [aws_clients.find_cli(), "s3", "sync", "--only-show-errors", "--endpoint-url",
                   self.server.endpoint(), URI, copy]
        copied = processes.measure(command, log, self.environment)
        place = imports.fresh(self.place("from-copy"))
        loaded = processes.measure([self.program, "import", "--data", place, copy], log)
        return {"seconds": copied["seconds"] + loaded["seconds"], "copying": copied["seconds"],
                "peak": max(copied["peak"], loaded["peak"]), "events": imports.inserted(log)}

    def by_scan(self):
        log = self.sitting.stores.log("scan")
        command = [aws_clients.boto3_python(), SCAN, self.server.endpoint(), NAME, self.account]
        measured = processes.measure(command, log, self.environment)
        return {**measured, **processes.last_line(log)}


def run_rounds(sitting, corpus, ways):
    rounds = {name: [] for name in ways}
    for number in range(sitting.settings.rounds):
        for name, way in ways.items():
            sitting.say(f"import from S3, round {number + 1}: {name}")
            rounds[name].append(imports.check(corpus, name, way()))
    return rounds


def run(sitting):
    """None when there is no S3 server to be had: it is said which programs are missing."""
    lacking = bucket.missing()
    if lacking:
        sitting.missing.append(f"import from S3: {', '.join(lacking)}: "
                               "script/bootstrap tests installs what belongs to radosgw")
        return None
    corpus = sitting.corpora()[0]
    with bucket.Server(sitting.settings.place) as server:
        sitting.say(f"{corpus.files} files are put into a bucket")
        server.fill(corpus)
        ways = Ways(sitting, corpus, server)
        rounds = run_rounds(sitting, corpus, ways.all())
    for name in ("from-s3", "copied", "from-copy"):
        shutil.rmtree(sitting.stores.place(corpus, name), ignore_errors=True)
    return {"events": corpus.events, "files": corpus.files, "gzip": corpus.bytes,
            "inflated": corpus.inflated,
            "version": tools.version_of(["radosgw", "--version"]).partition(" (")[0],
            "rounds": rounds}
