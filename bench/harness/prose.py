"""The sentences of docs/BENCHMARKS.md: what was done, so that a reader can judge the figures."""

from harness import (
    beside as beside_part, compare, imports, latency, lookups, questions, requests as requests_part)
from harness.figures import mebibytes, of_rounds, short, thousands, with_range

IMPORT = """Every program loads the same `.json.gz` files, which are in the page cache, on all cores
and into an empty directory on disk, keeps each record whole, and extracts the same columns: time,
id, account, region, service, action, the principal's kind, name, ARN and account, access key,
session, issuer, address, user agent, error code, read-only, type, category and resources.

- **gunzip**, one process for each core, only unpacks them: nothing that loads them can be faster,
  unless its inflating is.
- **traild import** takes the directory, checks every record as strict JSON, drops duplicates,
  indexes all columns and makes each file durable (`synchronous=FULL`). It is timed from the start
  of its process to the end.
- **traild over HTTP** is `traild serve`, and 4 clients on keep-alive connections that send one
  file after another, each durable before it is acknowledged.
- **DuckDB** and **ClickHouse** run inside a Node.js process (packages `@duckdb/node-api` and
  `chdb`) and are timed in there. What they run is in [`bench/peers`](../bench/peers): the fastest
  of several ways that were tried. DuckDB's time includes a checkpoint. ClickHouse's leaves out
  merges that are still to be done, and it does not wait for the disk. Neither drops duplicates
  nor indexes other columns than the one it is sorted by."""

SIZE = """What is on disk when the loading program has ended: traild's directory with all its
indexes, DuckDB's file (records compressed by zstd), ClickHouse's active parts (all columns
compressed by zstd)."""

LATENCY = f"""The newest {questions.LIMIT} events that match, records included, and one event by its id.
{questions.COUNT} parameters for each kind of question are drawn from the logs with a fixed seed, so
that each is in some event; a rare resource is in {questions.RARE} events at most. All are asked one
after another, once a round, of each program in turn.

**traild is asked over HTTP** on one keep-alive connection, so its times include the request, the
answer as JSON and the socket. **The peers are asked inside their process**, and their times end
when the rows are there. They get their best form for reading, which no clock sees: DuckDB a table
sorted by time, with an index on the ids; ClickHouse one part sorted by time, with bloom filters on
ids, addresses and resources. All answers are compared before anything is timed: the same times in
the same order and the same ids, or the benchmark fails.

A figure such as `1.2 (1.1–1.4)` is the median of the rounds, with the least and the most. Where a
program needs more than {latency.SECONDS_A_QUESTION} seconds for a question's parameters, it is asked
fewer of them: the number stands in square brackets. The last column says how much longer the faster
peer takes than traild."""


def corpus(part):
    return (f"{thousands(part['files'])} files, {mebibytes(part['gzip'])}, "
            f"{mebibytes(part['inflated'])} unpacked, "
            f"{short(part['inflated'] / part['events'])} bytes a record.")


def small(part):
    return (f"{thousands(part['files'])} files of {part['events'] // part['files']} events, sent by "
            f"{imports.SMALL_CLIENTS} clients on keep-alive connections. Each is durable, and in the "
            "answers of queries, before it is acknowledged.")


def huge(part):
    return (f"{mebibytes(part['inflated'])} of JSON in one gzip stream of "
            f"{mebibytes(part['gzip'])}, which only one thread can unpack.")


def beside(part):
    uploads = part["rounds"]["uploads"]
    rate = sum(one["uploads"] for one in uploads) / sum(one["seconds"] for one in uploads)
    return (f"One connection asks a server that holds {thousands(part['events'])} events, first "
            f"alone, then while {beside_part.CLIENTS} clients upload {thousands(part['added'])} more, "
            f"{thousands(rate)} files a second, on the same cores.")


def from_s3(part):
    text = f"""A bucket with the same {thousands(part['files'])} files, {mebibytes(part['gzip'])}, on a
radosgw ({part['version']}) that holds them in memory and runs on the same cores, so that each
time has what it needs in it; the first row reads no bucket. A real S3 is further away: there the
number of downloads decides.

- **traild import s3://bench/** lists, downloads 8 objects at a time, and has each durable, with a
  mark so that it is not fetched again."""
    if "sync" in part["rounds"]:
        copying = of_rounds(part["rounds"]["sync"], "copying")
        text += f"""
- **aws s3 sync** copies the bucket into a directory, which takes {with_range(copying)} s of its
  time, and that is imported then."""
    if "scan" in part["rounds"]:
        text += """
- **boto3 and json** is [a script](../bench/peers/scan_bucket.py) as people write it: it downloads 8
  objects at a time, keeps the newest 50 events of one account and stores nothing, so that the next
  question costs as much again."""
    return text


def lookup(part):
    return f"""The call of `aws cloudtrail lookup-events`, to {thousands(part['events'])} events:
{lookups.COUNT} of each kind, one after another on one connection, with names drawn from the logs;
a page has {lookups.PAGE['MaxResults']} events. **boto3** ({part['version']}) is timed around
`lookup_events`, which signs, parses and makes objects; **bare** is the same request over Python's
`http.client`. Both get the same events, or the benchmark fails. AWS itself takes two such calls a
second."""


def requests(part):
    text = (f"`{requests_part.TARGET}` is a list of one event, {thousands(part['bytes'])} bytes, "
            "made anew for each request. wrk asks for it over keep-alive connections from the same "
            "machine, so it shares the cores with what it measures. traild logs each request as a "
            "line of JSON to a file.")
    if "nginx" in part["rounds"]:
        text += (" nginx serves the same bytes from a static file, with a worker for each core, "
                 "`sendfile`, an open file cache, and an access log in a file.")
    return text


def picture(name):
    return f"![{PICTURES[name]}](benchmarks/{name}.svg)"


PICTURES = {
    "import": "Bars: events loaded per second by each program",
    "size": "Bars: bytes on disk per event for each program",
    "latency": "Bars: median time of each question for each program",
    "flat": "Lines: traild's median time of each question by the number of events stored",
    "requests": "Bars: requests per second of traild and nginx by connections",
}


def head(results):
    machine = results["machine"]
    text = f"""# Benchmarks

Written by `{results['command']}` on {results['date']}, at commit {results['commit']}. One sitting,
{results['rounds']} rounds of everything, the programs taking turns in each; figures are medians.
The logs are made by `build/generate`, which gives the same bytes everywhere.

| | |
|---|---|
| processor | {machine['processor']}, {machine['cores']} cores |
| memory | {machine['memory']} |
| disk | {machine['disk']} |
| system | {machine['system']}, Linux {machine['kernel']} |
| programs | {'; '.join(version for version in results['versions'] if version)} |"""
    if results["rounds"] < 5:
        text += "\n\n**A quick try**: too few rounds to trust."
    if results["missing"]:
        text += "\n\nMissing here, and therefore not measured:\n\n"
        text += "\n".join(f"- {what}" for what in results["missing"])
    return text


def foot(results):
    return (f"""## Run it

`make bench` on a fresh clone does all of this: it builds, makes the logs, fetches the peers into
`build/bench` where it can (Node.js with npm for DuckDB and ClickHouse, `apt-get` for wrk and nginx),
takes radosgw, the AWS CLI and boto3 as `script/bootstrap tests` installs them, and writes this page.
Variables choose less or more:

```text
make bench EVENTS=50000 ROUNDS=1 REPORT=build/bench
make bench EVENTS_LARGE=10000000
make bench PARTS=import,latency PEERS=no
```

This run took {results['minutes']:.0f} minutes. Peak memory is `VmHWM`, looked at every few
milliseconds or by the process itself. A peer's answer holds up to {compare.MORE * questions.LIMIT}
events when it is compared, so that ties at the end of a page are told from mistakes.""")
