"""Part two: how fast questions are answered. traild is asked over HTTP, its peers in their own
process, which spares them the way through a socket."""

import contextlib

from harness import clients, compare, questions
from harness.figures import percentile
from harness.servers import Traild

# A slow peer asks fewer of the parameters, so that a run ends.
SECONDS_A_QUESTION = 4
FEWEST = 100
TRIED = 20


class Reader:
    """traild as one of those that are asked."""

    name = "traild"

    def __init__(self, settings, server):
        self.settings = settings
        self.address = server.address
        self.chosen = {}

    def times(self, question, all_parameters):
        targets = [questions.target(question, parameters) for parameters in all_parameters]
        return clients.ask(self.settings, self.address, targets)


class PeerReader:
    def __init__(self, peer):
        self.peer = peer
        self.name = peer.name
        self.chosen = {}

    def times(self, question, all_parameters):
        return self.peer.ask("time", question=question, all=all_parameters,
                             limit=questions.LIMIT)["times"]

    def answers(self, question, all_parameters):
        return self.peer.ask("answers", question=question, all=all_parameters,
                             limit=compare.MORE * questions.LIMIT)["answers"]


def compare_answers(address, reader, question, all_parameters):
    """Fails unless the peer finds the same events."""
    pages = clients.answers(address, question, all_parameters)
    others = reader.answers(question, all_parameters)
    limit = 1 if question == "event" else questions.LIMIT
    for parameters, page, other in zip(all_parameters, pages, others, strict=True):
        wrong = compare.difference(page, [tuple(event) for event in other], limit)
        if wrong:
            raise RuntimeError(
                f"{reader.name} and traild differ in {question} {parameters}: {wrong}")


def choose(reader, drawn):
    """The parameters that fit into the time of a question; trying some also warms up."""
    chosen = {}
    for question, all_parameters in drawn.items():
        tried = reader.times(question, all_parameters[:TRIED])
        fitting = int(SECONDS_A_QUESTION / (sum(tried) / len(tried) / 1e9))
        chosen[question] = all_parameters[:max(FEWEST, fitting)]
    return chosen


def ask_all(sitting, readers):
    """By question and reader, the times of each round."""
    times = {question: {reader.name: [] for reader in readers} for question in readers[0].chosen}
    for number in range(sitting.settings.rounds):
        sitting.say(f"questions, round {number + 1}")
        for question, by_name in times.items():
            for reader in readers:
                by_name[reader.name].append(reader.times(question, reader.chosen[question]))
    return times


def summary(times):
    """p50 and p99 of each round, in milliseconds."""
    return [{"p50": percentile(values, 50) / 1e6, "p99": percentile(values, 99) / 1e6,
             "asked": len(values)} for values in times]


def load_missing(sitting, corpus, names):
    for name in names:
        loaded = sitting.stores.load(name, corpus)
        if loaded:
            sitting.loaded.setdefault(str(corpus.events), {})[name] = loaded


def open_peer(sitting, corpus, name, drawn, address):
    """A peer that is ready, and has given the same answers as traild to what it will be asked."""
    peer = sitting.peers.open(name, sitting.stores.place(corpus, name))
    reader = PeerReader(peer)
    sitting.say(f"{name} gets ready for questions")
    peer.ask("prepare")
    reader.chosen = choose(reader, drawn)
    sitting.say(f"{name} and traild are compared")
    for question, chosen in reader.chosen.items():
        compare_answers(address, reader, question, chosen)
    return reader


def run_corpus(sitting, corpus, peer_names):
    drawn = questions.draw(corpus, sitting.say)
    load_missing(sitting, corpus, ["traild", *peer_names])
    with contextlib.ExitStack() as stack:
        place = sitting.stores.place(corpus, "traild")
        program = sitting.settings.program("traild")
        server = stack.enter_context(Traild(program, place, sitting.stores.log("serve")))
        readers = [Reader(sitting.settings, server)]
        readers[0].chosen = choose(readers[0], drawn)
        for name in peer_names:
            readers.append(open_peer(sitting, corpus, name, drawn, server.address))
            stack.enter_context(readers[-1].peer)
        readers[0:2] = reversed(readers[0:2])  # peer, traild, peer
        times = ask_all(sitting, readers)
    return {"events": corpus.events,
            "questions": {question: {name: summary(rounds) for name, rounds in by_name.items()}
                          for question, by_name in times.items()}}


def run(sitting):
    found = [run_corpus(sitting, corpus, sitting.peers.names) for corpus in sitting.corpora()]
    return found + [run_corpus(sitting, corpus, []) for corpus in sitting.large_corpora()]
