"""Part two: how fast questions are answered. traild is asked over HTTP, its peers in their own
process, which spares them the way through a socket."""

import contextlib

from harness import clients, compare, questions
from harness.figures import percentile
from harness.servers import Traild

# A slow peer asks fewer of the parameters in the later rounds, so that a run ends.
SECONDS_A_QUESTION = 6
FEWEST = 50


class Reader:
    """traild as one of those that are asked."""

    name = "traild"

    def __init__(self, settings, server):
        self.settings = settings
        self.address = server.address

    def times(self, question, all_parameters):
        targets = [questions.target(question, parameters) for parameters in all_parameters]
        return clients.ask(self.settings, self.address, targets)


class PeerReader:
    def __init__(self, peer):
        self.peer = peer
        self.name = peer.name

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


def fewer(measured, all_parameters):
    """How many of the parameters fit into the time of a question."""
    each = sum(measured) / len(measured) / 1e9
    return all_parameters[:max(FEWEST, int(SECONDS_A_QUESTION / each))]


def ask_all(sitting, readers, drawn):
    """By question and reader, the times of each round."""
    times = {question: {reader.name: [] for reader in readers} for question in drawn}
    for number in range(sitting.settings.rounds):
        sitting.say(f"questions, round {number + 1}")
        for question, all_parameters in drawn.items():
            for reader in readers:
                before = times[question][reader.name]
                chosen = fewer(before[0], all_parameters) if before else all_parameters
                before.append(reader.times(question, chosen))
    return times


def summary(times):
    """p50 and p99 of each round, in milliseconds."""
    return [{"p50": percentile(values, 50) / 1e6, "p99": percentile(values, 99) / 1e6,
             "asked": len(values)} for values in times]


def run_corpus(sitting, corpus, peer_names):
    drawn = questions.draw(corpus, sitting.say)
    for name in ("traild", *peer_names):
        loaded = sitting.stores.load(name, corpus)
        if loaded:
            sitting.loaded.setdefault(corpus.events, {})[name] = loaded
    with contextlib.ExitStack() as stack:
        place = sitting.stores.place(corpus, "traild")
        program = sitting.settings.program("traild")
        server = stack.enter_context(Traild(program, place, sitting.stores.log("serve")))
        readers = [Reader(sitting.settings, server)]
        for name in peer_names:
            peer = sitting.peers.open(name, sitting.stores.place(corpus, name))
            reader = PeerReader(stack.enter_context(peer))
            sitting.say(f"{name} gets ready for questions")
            peer.ask("prepare")
            for question, all_parameters in drawn.items():
                compare_answers(server.address, reader, question, all_parameters)
            readers.append(reader)
        readers[0:2] = reversed(readers[0:2])  # peer, traild, peer
        times = ask_all(sitting, readers, drawn)
    return {"events": corpus.events,
            "questions": {question: {name: summary(rounds) for name, rounds in by_name.items()}
                          for question, by_name in times.items()}}


def run(sitting):
    found = [run_corpus(sitting, corpus, sitting.peers.names) for corpus in sitting.corpora()]
    return found + [run_corpus(sitting, corpus, []) for corpus in sitting.large_corpora()]
