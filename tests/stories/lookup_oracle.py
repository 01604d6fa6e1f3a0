"""What LookupEvents should answer, worked out from the records alone, like oracle.py.

Who made a request is oracle.py's; the rules by which resources are found are read from the tables
of ingest/, and followed here by other means.
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

def source(name):
    with open(os.path.join(ROOT, "ingest", name), encoding="utf-8") as file:
        return file.read()


def macros(text, names):
    """(name, texts) of each use of a macro whose arguments are all texts."""
    for name, texts in re.findall(rf'\b({names})\(((?:"[^"]*"(?:, )?)+)\)', text):
        yield name, re.findall(r'"([^"]*)"', texts)


class Rule:
    """Which member names a resource: in which parent, of which actions, and of which type."""

    FORMS = {"RULE": ("member", "type"), "IN": ("parent", "member", "type"),
             "WHEN": ("action", "member", "type"), "REQUEST": ("action", "member", "type"),
             "TOLD": ("member",), "TOLD_IN": ("parent", "member")}

    def __init__(self, form, texts):
        named = dict(zip(self.FORMS[form], texts, strict=True))
        self.member = uncapitalized(named["member"])
        self.parent = "requestParameters" if form == "REQUEST" else named.get("parent")
        self.action = named.get("action", "")
        self.type = "AWS::" + named["type"] if "type" in named else None

    def holds(self, parent, action):
        return (self.action in (action or "")
                and self.parent in (None, uncapitalized(parent)))


def uncapitalized(name):
    return name[:1].lower() + name[1:]


def read_rules():
    """The rules of each service by their member, and those that hold for all under None."""
    rules = {}
    table = re.compile(r"lookup_rule (\w+)\[\] = \{\n(.*?)^\};", re.M | re.S)
    for name, text in table.findall(source("lookup_tables.c")):
        members = rules[None if name == "common" else name] = {}
        for each in macros(text, "|".join(Rule.FORMS)):
            rule = Rule(*each)
            members.setdefault(rule.member, []).append(rule)
    return rules


RULES = read_rules()
ARNS = [texts for _, texts in macros(source("lookup_types.c"), "ARN")]
IDS = [texts for _, texts in macros(source("lookup_types.c"), "ID")]


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
    tables = [RULES.get((event_source(record) or "").partition(".")[0], {}), RULES[None]]
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
