"""Part four: whether reads go on while logs are uploaded to the same server."""

import subprocess

from harness import clients, corpora, questions
from harness.figures import percentile
from harness.servers import Traild

CLIENTS = 2
ASKED = ("newest", "account", "address", "event")
PIECE = 100  # questions between two looks at whether the upload still runs


def start_upload(settings, address, paths):
    process = subprocess.Popen(
        [settings.program("upload"), address, str(CLIENTS)], text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write("".join(f"{path}\n" for path in paths))
    process.stdin.close()
    return process


def end_upload(process):
    # Not communicate(), which wants a standard input that is still open.
    errors, output = process.stderr.read(), process.stdout.read()
    process.stdout.close()
    process.stderr.close()
    if process.wait() != 0:
        raise RuntimeError(f"upload: {errors}")
    return clients.read_upload(output)


def ask_once(settings, address, drawn, times):
    for question in ASKED:
        targets = [questions.target(question, parameters) for parameters in drawn[question][:PIECE]]
        times[question] += clients.ask(settings, address, targets)


def ask_while(settings, address, drawn, process):
    times = {question: [] for question in ASKED}
    while True:
        ask_once(settings, address, drawn, times)
        if process.poll() is not None:
            return times


def summary(times):
    return {question: {"p50": percentile(values, 50) / 1e6, "p99": percentile(values, 99) / 1e6,
                       "asked": len(values)} for question, values in times.items()}


def run(sitting):
    """The uploads stay in the store, so nothing else may be measured with it afterwards."""
    settings = sitting.settings
    corpus = sitting.corpora()[0]
    more = corpora.corpus(settings, f"more-{corpus.events}",
                          ["--events", str(corpus.events), "--seed", "2"], sitting.say)
    drawn = questions.draw(corpus, sitting.say)
    sitting.stores.load("traild", corpus)
    place = sitting.stores.place(corpus, "traild")
    parts = split(more.paths(), settings.rounds)
    rounds = {"quiet": [], "uploading": [], "uploads": []}
    with Traild(settings.program("traild"), place, sitting.stores.log("serve")) as server:
        for number, paths in enumerate(parts):
            sitting.say(f"questions beside uploads, round {number + 1}")
            quiet = {question: [] for question in ASKED}
            ask_once(settings, server.address, drawn, quiet)
            process = start_upload(settings, server.address, paths)
            busy = ask_while(settings, server.address, drawn, process)
            rounds["uploads"].append(end_upload(process))
            rounds["quiet"].append(summary(quiet))
            rounds["uploading"].append(summary(busy))
    return {"events": corpus.events, "added": more.events, "rounds": rounds}


def split(paths, count):
    """Into about equal parts, for a round each."""
    return [paths[number::count] for number in range(count)]
