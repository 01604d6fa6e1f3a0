"""What LookupEvents should answer, worked out from the records alone, like oracle.py.

Who made a request is oracle.py's. The rules by which resources are found are read from what users
are told, docs/LOOKUP_EVENTS.md; only what a name tells of its type, from the table of ingest/.
"""

import os
import re
from datetime import timedelta

import oracle
from traild import ROOT

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
MOST_RESOURCES = 1000
LONGEST_NAME = 2000
PARTS = ("requestParameters", "responseElements", "serviceEventDetails")


# ---- tables of rules ----

def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


class Rule:
    """Which member names a resource: in which parent, of which actions, and of which type."""

    def __init__(self, parent, member, action, kind):
        self.parent = parent
        self.member = member
        self.action = action or ""
        self.type = kind

    def holds(self, parent, action):
        return (self.action in (action or "")
                and self.parent in (None, uncapitalized(parent)))


def uncapitalized(name):
    return name[:1].lower() + name[1:]


def read_rules():
    """As users are told them: by service, or "(any)", and by member."""
    rules = {}
    cell = re.compile(r"`(?:(\w+)\.)?(\w+)`(?: of `\*(\w+)\*`)?")
    table = read("docs/LOOKUP_EVENTS.md").partition("| service | type | members |\n")[2]
    for service, kind, members in re.findall(r"^\| (.*?) \| (.*?) \| (.*) \|$", table, re.M):
        for parent, member, action in cell.findall(members):
            rule = Rule(parent or None, uncapitalized(member), action,
                        kind if kind.startswith("AWS::") else None)
            rules.setdefault(service, {}).setdefault(rule.member, []).append(rule)
    return rules


def read_types(macro):
    """(service, first letters, type) of what names tell, or those without the service."""
    texts = re.findall(rf'\b{macro}\(((?:"[^"]*"(?:, )?)+)\)', read("ingest/lookup_types.c"))
    return [re.findall(r'"([^"]*)"', text) for text in texts]


RULES = read_rules()
ARNS = read_types("ARN")
IDS = read_types("ID")


# ---- resources ----

def told_type(name):
    """What the name itself tells."""
    if re.fullmatch(r"[0-9]{12}", name):
        return "AWS::Organizations::Account"
    parts = name.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not parts[5]:
        return next(("AWS::" + kind for start, kind in IDS if name.startswith(start)), None)
    if parts[2] == "s3":
        return "AWS::S3::Object" if "/" in parts[5] else "AWS::S3::Bucket"
    return next(("AWS::" + kind for service, start, kind in ARNS
                 if service == parts[2] and parts[5].startswith(start)), None)


def strings(parent, member, value):
    """(parent, member, text) of each text, in the order in which they stand there."""
    if isinstance(value, str):
        yield parent, member, value
    elif isinstance(value, list):
        for item in value:
            yield from strings(parent, member, item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from strings(member, name, item)


def all_strings(record):
    for part in PARTS:
        if isinstance(record.get(part), dict):
            yield from strings(None, part, record[part])


def resources(record):
    """[(type, name)], each pair once."""
    if record.get("eventCategory") not in (None, "Management"):
        return []
    tables = [RULES.get((event_source(record) or "").partition(".")[0], {}), RULES["(any)"]]
    found = {}
    for parent, member, name in all_strings(record):
        rules = [rule for table in tables for rule in table.get(uncapitalized(member), [])]
        rule = next((rule for rule in rules if rule.holds(parent, event_name(record))), None)
        kind = rule and (rule.type or told_type(name))
        if kind and 0 < len(name.encode()) <= LONGEST_NAME and name != HIDDEN:
            found[kind, name] = True
    return list(found)[:MOST_RESOURCES]


# ---- events ----

def own_or_insight(record, name):
    return oracle.string(record, name) or oracle.string(record, "insightDetails", name)


def event_source(record):
    return own_or_insight(record, "eventSource")


def event_name(record):
    return own_or_insight(record, "eventName")


def username(principal):
    if principal["kind"] == "aws_service":
        return None
    return principal["session" if principal["kind"] == "role_session" else "name"]


def flag(value):
    return None if value is None else str(value).lower()


def pick(record):
    """The event as boto3 gives it, without CloudTrailEvent."""
    event = oracle.pick(record)
    when = timedelta(milliseconds=oracle.milliseconds(record["eventTime"]))
    shown = {
        "EventId": event["event_id"], "EventName": event_name(record),
        "ReadOnly": flag(event["read_only"]), "AccessKeyId": event["principal"]["access_key"],
        "EventTime": oracle.EPOCH + when, "EventSource": event_source(record),
        "Username": username(event["principal"]),
        "Resources": [{"ResourceType": kind, "ResourceName": name}
                      for kind, name in resources(record)],
    }
    return {name: value for name, value in shown.items() if value is not None}


class Looked:
    """A stored event, an oracle.Stored, as LookupEvents shows it and finds it."""

    def __init__(self, stored):
        self.text = stored.text
        self.ms = stored.ms
        self.record = stored.record
        self.event = {**pick(stored.record), "CloudTrailEvent": stored.text.decode()}
        self.account = stored.event["account"]

    def insight(self):
        return self.record.get("eventCategory") == "Insight"

    def management(self):
        return self.record.get("eventCategory") in (None, "Management")

    def values(self, key):
        """What a LookupAttribute is compared with."""
        if key.startswith("Resource"):
            return {resource[key] for resource in self.event["Resources"]}
        others = {"AccountId": self.account, "Region": oracle.string(self.record, "awsRegion")}
        return {self.event.get(key, others.get(key))}

    def matches(self, attributes):
        return all(oracle.source_matches(value, oracle.string(self.record, "sourceIPAddress"))
                   if key == "SourceIPAddress" else value in self.values(key)
                   for key, value in attributes)


def lookup(events, attributes=(), start=None, end=None, insight=False):
    """Those of `events`, a list of Looked, that should be found; both times are inclusive, in
    milliseconds, and an end in whole seconds means all of its second."""
    last = end if end is None or end % 1000 else end + 999
    return [event for event in events
            if (event.insight() if insight else event.management())
            and (start is None or event.ms >= start) and (last is None or event.ms <= last)
            and event.matches(attributes)]
