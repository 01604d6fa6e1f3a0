"""The questions that are asked, with parameters drawn from the logs: the same seed, the same ones.

Each question is (name, what it is called in the report, how traild is asked). Its parameters are
values that stand in a record drawn from the corpus, so that every answer has events in it.
"""

import collections
import gzip
import itertools
import json
import multiprocessing
import os
import random
import re
from datetime import datetime, timezone
from urllib.parse import urlencode

COUNT = 400
LIMIT = 50
RARE = 5  # times that a rare resource stands in the whole corpus, at most
DAY_MS = 86_400_000
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
ARN = re.compile(rb'"ARN":"([^"\\]*)"')


def events_with(**parameters):
    return "/v1/events?" + urlencode({"limit": LIMIT, **parameters})


QUESTIONS = {
    "newest": ("newest 50", events_with),
    "account": ("account", events_with),
    "account_action": ("account and action", events_with),
    "address": ("source address", lambda address: events_with(source_ip=address)),
    "user_day": ("user on a day",
                 lambda user, **times: events_with(principal=user, **times)),
    "resource": ("rare resource", events_with),
    "event": ("event by id", lambda event: f"/v1/events/{event}"),
}


def target(question, parameters):
    """How traild is asked. `from` is a word of Python, so it travels in a dictionary."""
    return QUESTIONS[question][1](**parameters)


# ---- parameters of one record; None when it does not have them ----

def milliseconds(text):
    at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return int(at.timestamp()) * 1000


def account_of(record):
    account = record.get("recipientAccountId")
    return {"account": account} if account else None


def account_and_action_of(record):
    account, action = record.get("recipientAccountId"), record.get("eventName")
    return {"account": account, "action": action} if account and action else None


def address_of(record):
    address = record.get("sourceIPAddress") or ""
    return {"address": address} if ADDRESS.fullmatch(address) else None


def user_of(identity):
    if identity.get("type") == "IAMUser":
        return identity.get("userName")
    if identity.get("type") == "AssumedRole":
        return identity["arn"].rpartition("/")[2]
    return None


def user_and_day_of(record):
    user = user_of(record.get("userIdentity") or {})
    if not user or "*" in user:
        return None
    day = milliseconds(record["eventTime"]) // DAY_MS * DAY_MS
    return {"user": user, "from": day, "to": day + DAY_MS}


def event_of(record):
    return {"event": record["eventID"]} if record.get("eventID") else None


DRAWN = {"account": account_of, "account_action": account_and_action_of, "address": address_of,
         "user_day": user_and_day_of, "event": event_of}


# ---- drawing ----

def records_of(path):
    with gzip.open(path) as file:
        return json.load(file)["Records"]


def draw_records(paths, rng, count):
    """Records of files drawn by their size, so that each record is about as likely."""
    weights = [os.path.getsize(path) for path in paths]
    chosen = collections.Counter(rng.choices(paths, weights, k=count))
    drawn = []
    for path, times in sorted(chosen.items()):
        records = records_of(path)
        drawn += rng.sample(records, min(times, len(records)))
    rng.shuffle(drawn)
    return drawn


def again(found, count):
    """As many as wanted, from the front again when there are fewer."""
    return list(itertools.islice(itertools.cycle(found), count))


def pick(records, of_record, count):
    """The first different ones."""
    found = {}
    for record in records:
        parameters = of_record(record)
        if parameters:
            found.setdefault(json.dumps(parameters), parameters)
    return again(found.values(), count)


def count_in_file(arguments):
    path, wanted = arguments
    with gzip.open(path) as file:
        names = ARN.findall(file.read())
    return collections.Counter(name for name in names if name in wanted)


def count_resources(paths, wanted):
    """How often each of the wanted ARNs stands in the whole corpus."""
    wanted = frozenset(name.encode() for name in wanted)
    total = collections.Counter()
    with multiprocessing.Pool() as pool:
        work = ((path, wanted) for path in paths)
        for counted in pool.imap_unordered(count_in_file, work, chunksize=50):
            total.update(counted)
    return {name.decode(): count for name, count in total.items()}


def rare_resources(paths, records, count):
    names = [resource["ARN"] for record in records for resource in record.get("resources") or []
             if resource.get("ARN") and not set('*\\"') & set(resource["ARN"])]
    names = list(dict.fromkeys(names))
    counts = count_resources(paths, names)
    return again([{"resource": name} for name in names if 0 < counts.get(name, 0) <= RARE], count)


def draw(corpus, say):
    """Parameters by question."""
    kept = f"{corpus.path}.questions-{COUNT}"
    if os.path.exists(kept) and os.path.getmtime(kept) >= os.path.getmtime(f"{corpus.path}.made"):
        with open(kept, encoding="utf-8") as file:
            return json.load(file)
    say("drawing questions")
    paths = corpus.paths()
    records = draw_records(paths, random.Random(1), 10 * COUNT)
    drawn = {name: pick(records, of_record, COUNT) for name, of_record in DRAWN.items()}
    drawn["newest"] = [{}] * COUNT
    drawn["resource"] = rare_resources(paths, records, COUNT)
    drawn = {name: drawn[name] for name in QUESTIONS}
    with open(kept, "w", encoding="utf-8") as file:
        json.dump(drawn, file)
    return drawn
