"""Results to docs/BENCHMARKS.md and its plots."""

import os

from harness import figures, lookups, plot, prose, questions
from harness.figures import mebibytes, of_rounds, short, spread, thousands, with_range
from harness.peers import NAMES

WAYS = {"gunzip": "gunzip on all cores", "import": "traild import",
        "upload": "traild over HTTP, 4 clients", **NAMES}
READERS = {"traild": "traild", **NAMES}


def table(head, rows):
    numbers = "|".join(["---"] + ["---:"] * (len(head) - 1))
    lines = [f"| {' | '.join(head)} |", f"|{numbers}|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def ratio(one, other):
    return f"{one / other:.2f}x"


def corpus_name(part):
    return f"{figures.name_of_count(part['events'])} events"


# ---- imports ----

def rates(part):
    """Events a second, by way."""
    return {way: spread([part["events"] / measured["seconds"] for measured in rounds])
            for way, rounds in part["rounds"].items()}


def import_rows(part):
    found = rates(part)
    base = found["import"]["median"]
    for way, rate in found.items():
        peak = of_rounds(part["rounds"][way], "peak") if way != "gunzip" else None
        yield [WAYS[way], with_range(of_rounds(part["rounds"][way], "seconds")),
               thousands(rate["median"]), ratio(rate["median"], base),
               mebibytes(peak["max"]) if peak else ""]


def write_imports(results):
    text = [prose.IMPORT]
    for part in results["import"]:
        text += [f"### {corpus_name(part)}", prose.corpus(part),
                 table(["", "seconds", "events/s", "of traild import", "peak memory"],
                       import_rows(part))]
    return text


def plot_imports(results):
    groups = {corpus_name(part): {WAYS[way]: rate for way, rate in rates(part).items()}
              for part in results["import"]}
    return plot.bars("Loading log files", "events per second", groups)


def write_small(results):
    part = results["small"]
    rounds = part["rounds"]
    uploads = spread([measured["uploads"] / measured["seconds"] for measured in rounds])
    cells = [with_range(uploads, thousands), with_range(of_rounds(rounds, "p50_ms")),
             with_range(of_rounds(rounds, "p99_ms")), with_range(of_rounds(rounds, "max_ms")),
             short(of_rounds(rounds, "bytes")["median"] / part["events"]),
             mebibytes(of_rounds(rounds, "peak")["max"])]
    head = ["uploads/s", "p50 ms", "p99 ms", "slowest ms", "bytes/event", "peak memory"]
    return [prose.small(part), table(head, [cells])]


def write_huge(results):
    part = results["huge"]
    rows = []
    for way, name in (("gunzip", "gunzip"), ("import", "traild import"),
                      ("upload", "traild over HTTP, 1 client")):
        rounds = part["rounds"][way]
        peak = "" if way == "gunzip" else mebibytes(of_rounds(rounds, "peak")["max"])
        took = of_rounds(rounds, "seconds")
        rows.append([name, with_range(took), thousands(part["events"] / took["median"]), peak])
    return [prose.huge(part), table(["", "seconds", "events/s", "peak memory"], rows)]


FROM_S3 = {"directory": "traild import of the directory it was made from", "s3_8": "traild import",
           "s3_32": "traild import, 32 downloads", "sync": "aws s3 sync, then traild import",
           "scan": "boto3 and json, one question"}


def write_s3(results):
    part = results["s3"]
    base = of_rounds(part["rounds"]["s3_8"], "seconds")["median"]
    rows = []
    for way, name in FROM_S3.items():
        rounds = part["rounds"].get(way)
        if rounds:
            took = of_rounds(rounds, "seconds")
            rows.append([name, with_range(took), thousands(part["events"] / took["median"]),
                         ratio(took["median"], base), mebibytes(of_rounds(rounds, "peak")["max"])])
    head = ["", "seconds", "events/s", "time of traild import", "peak memory"]
    return [prose.from_s3(part), table(head, rows)]


# ---- sizes ----

def sizes(results):
    """Bytes per event, by corpus and program."""
    found = {}
    for part in results.get("import", []):
        of_part = {".json.gz files": spread([part["gzip"] / part["events"]])}
        for way, name in (("import", "traild"), *NAMES.items()):
            rounds = part["rounds"].get(way, [])
            if rounds:
                of_part[name] = spread([m["bytes"] / part["events"] for m in rounds])
        found[corpus_name(part)] = of_part
    return found


def write_sizes(results):
    found = sizes(results)
    names = list(dict.fromkeys(name for values in found.values() for name in values))
    rows = [[corpus, *[with_range(values[name]) for name in names]]
            for corpus, values in found.items()]
    return [prose.SIZE, table(["bytes per event", *names], rows)]


# ---- questions ----

def latency_cells(rounds):
    cells = [with_range(of_rounds(rounds, key)) for key in ("p50", "p99")]
    asked = min(measured["asked"] for measured in rounds)
    return [cells[0] + (f" [{asked}]" if asked < questions.COUNT else ""),
            cells[1]]


def latency_rows(part, readers):
    for question, by_name in part["questions"].items():
        row = [questions.QUESTIONS[question][0]]
        for name in readers:
            row += latency_cells(by_name[name])
        medians = {name: of_rounds(by_name[name], "p50")["median"] for name in readers}
        others = [value for name, value in medians.items() if name != "traild"]
        row.append(ratio(min(others), medians["traild"]) if others else "")
        yield row


def write_latency(results):
    text = [prose.LATENCY]
    for part in results["latency"]:
        readers = [name for name in READERS if name in next(iter(part["questions"].values()))]
        head = ["ms"] + [f"{READERS[name]} {key}" for name in readers for key in ("p50", "p99")]
        text += [f"### Questions to {corpus_name(part)}",
                 table([*head, "best peer's p50"], latency_rows(part, readers))]
    return text + write_flatness(results)


def flat_series(results, key):
    return {questions.QUESTIONS[question][0]:
            {part["events"]: of_rounds(part["questions"][question]["traild"], key)["median"]
             for part in results["latency"]} for question in questions.QUESTIONS}


def write_flatness(results):
    if len(results["latency"]) < 2:
        return []
    sizes_of = [part["events"] for part in results["latency"]]
    rows = []
    for (name, p50), p99 in zip(flat_series(results, "p50").items(),
                                flat_series(results, "p99").values(), strict=True):
        rows.append([name, *[f"{short(p50[size])} / {short(p99[size])}" for size in sizes_of],
                     ratio(p50[sizes_of[-1]], p50[sizes_of[0]]),
                     ratio(p99[sizes_of[-1]], p50[sizes_of[-1]])])
    last, first = (figures.name_of_count(sizes_of[number]) for number in (-1, 0))
    head = ["ms, p50 / p99", *[figures.name_of_count(size) for size in sizes_of],
            f"p50: {last} to {first}", f"{last}: p99 to p50"]
    return ["### traild by the number of events it holds", table(head, rows)]


def plot_latency(results):
    part = results["latency"][len([p for p in results["latency"] if len(
        p["questions"]["newest"]) > 1]) - 1]
    groups = {questions.QUESTIONS[question][0]:
              {READERS[name]: of_rounds(by_name[name], "p50") for name in READERS
               if name in by_name} for question, by_name in part["questions"].items()}
    return plot.bars(f"Answering a question: {corpus_name(part)}",
                     "median milliseconds, logarithmic", groups, logarithmic=True)


def write_lookups(results):
    part = results["lookup"]
    rows = [[name] + [with_range(of_rounds(part["lookups"][client][question], key))
                      for client in ("boto3", "plain") for key in ("p50", "p99")]
            for question, name in lookups.LOOKUPS.items()]
    rows.append([f"{thousands(lookups.PAGED)} events by the paginator",
                 *[with_range(of_rounds(part["paged"], key)) for key in ("p50", "p99")], "", ""])
    head = ["ms", "boto3 p50", "boto3 p99", "bare p50", "bare p99"]
    return [prose.lookup(part), table(head, rows)]


def write_beside(results):
    part = results["beside"]
    rows = []
    for question in part["rounds"]["quiet"][0]:
        row = [questions.QUESTIONS[question][0]]
        for state in ("quiet", "uploading"):
            rounds = [measured[question] for measured in part["rounds"][state]]
            row += [with_range(of_rounds(rounds, key)) for key in ("p50", "p99")]
        rows.append(row)
    head = ["ms", "quiet p50", "quiet p99", "uploading p50", "uploading p99"]
    return [prose.beside(part), table(head, rows)]


# ---- requests ----

def request_rates(results):
    return {f"{count} connections":
            {name: of_rounds(by_count[count], "rate") for name, by_count in
             results["http"]["rounds"].items()}
            for count in next(iter(results["http"]["rounds"].values()))}


def write_requests(results):
    rows = []
    for name, by_count in results["http"]["rounds"].items():
        for count, rounds in by_count.items():
            rows.append([f"{name}, {count}", with_range(of_rounds(rounds, "rate"), thousands),
                         with_range(of_rounds(rounds, "p50")), with_range(of_rounds(rounds, "p99"))])
    text = [prose.requests(results["http"]),
            table(["connections", "requests/s", "p50 ms", "p99 ms"], rows)]
    if "nginx" in results["http"]["rounds"]:
        shares = [f"{ratio(values['traild']['median'], values['nginx']['median'])} at {name}"
                  for name, values in request_rates(results).items()]
        text.append(f"traild's requests per second are {', '.join(shares)} of nginx's.")
    return text


def plot_requests(results):
    return plot.bars("Requests for a list of one event", "requests per second",
                     request_rates(results))


# ---- all of it ----

# (part, heading, text, name of the plot, plot)
SECTIONS = (
    ("import", "Loading", write_imports, "import", plot_imports),
    ("import", "Size", write_sizes, "size",
     lambda results: plot.bars("Bytes on disk", "bytes per event", sizes(results))),
    ("small", "Many small uploads", write_small, None, None),
    ("huge", "One huge file", write_huge, None, None),
    ("s3", "Import from S3", write_s3, None, None),
    ("latency", "Questions", write_latency, "latency", plot_latency),
    ("lookup", "LookupEvents", write_lookups, None, None),
    ("beside", "Questions beside uploads", write_beside, None, None),
    ("http", "Requests per second", write_requests, "requests", plot_requests),
)


def plots(results):
    for part, _, _, name, draw in SECTIONS:
        if name and results.get(part):
            yield name, draw(results)
    if len(results.get("latency") or []) > 1:
        yield "flat", plot.lines("traild's median answer, by events stored", "events",
                                 "milliseconds", flat_series(results, "p50"))


def write(results, place):
    os.makedirs(os.path.join(place, "benchmarks"), exist_ok=True)
    drawn = dict(plots(results))
    for name, svg in drawn.items():
        with open(os.path.join(place, "benchmarks", f"{name}.svg"), "w", encoding="utf-8") as file:
            file.write(svg)
    text = [prose.head(results)]
    for part, heading, write_section, name, _ in SECTIONS:
        if results.get(part):
            picture = [prose.picture(name)] if name else []
            text += [f"## {heading}", *picture, *write_section(results)]
            text += [prose.picture("flat")] if part == "latency" and "flat" in drawn else []
    text.append(prose.foot(results))
    with open(os.path.join(place, "BENCHMARKS.md"), "w", encoding="utf-8") as file:
        file.write("\n\n".join(text).rstrip() + "\n")
