"""Part five: how long LookupEvents takes, as boto3 asks it and as a bare connection does, so that
what is boto3's own can be told."""

import http.client
import json
import os
import sys
import time

from harness import questions
from harness.latency import summary
from harness.peers import Peer
from harness.servers import Traild
from harness.settings import ROOT

sys.path.append(os.path.join(ROOT, "tests", "stories"))

import aws_clients

SCRIPT = os.path.join(ROOT, "bench", "peers", "lookup_events.py")
ENVIRONMENT = {**aws_clients.SETTINGS, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}
HEADERS = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
}
PAGE = {"MaxResults": 50}
COUNT = 200
CHECKED = 50
PAGED = 1000
PAGED_TIMES = 5

LOOKUPS = {"newest": "newest 50", "event": "EventId", "user": "Username",
           "resource": "ResourceName"}


def by(key, value):
    return {**PAGE, "LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]}


class Plain:
    """LookupEvents over one keep-alive connection, without a library."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=120)

    def ask(self, parameters):
        self.connection.request("POST", "/", json.dumps(parameters), HEADERS)
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"LookupEvents {parameters}: {response.status}: {body[:300]}")
        return body

    def events(self, parameters):
        return json.loads(self.ask(parameters))["Events"]

    def times(self, all_parameters):
        found = []
        for wanted in all_parameters:
            began = time.perf_counter_ns()
            self.ask(wanted)
            found.append(time.perf_counter_ns() - began)
        return found


def draw(corpus, plain, say):
    """Of events drawn from the logs, those that LookupEvents has, which are management events, and
    the names that its clients see of them."""
    drawn = questions.draw(corpus, say)["event"][:COUNT]
    seen = [event for wanted in drawn for event in plain.events(by("EventId", wanted["event"]))]
    users = dict.fromkeys(event["Username"] for event in seen if event.get("Username"))
    names = dict.fromkeys(resource["ResourceName"] for event in seen
                          for resource in event["Resources"] if resource.get("ResourceName"))
    return {
        "newest": [PAGE] * COUNT,
        "event": questions.again([by("EventId", event["EventId"]) for event in seen],
                                 COUNT),
        "user": questions.again([by("Username", name) for name in users], COUNT),
        "resource": questions.again([by("ResourceName", name) for name in names],
                                    COUNT),
    }


def values_of(event, key):
    if key == "ResourceName":
        return [resource["ResourceName"] for resource in event["Resources"]]
    return [event.get(key)]


def is_answer(events, wanted):
    """Some, and each with what was asked for."""
    attributes = wanted.get("LookupAttributes", [])
    return bool(events) and all(
        attribute["AttributeValue"] in values_of(event, attribute["AttributeKey"])
        for event in events for attribute in attributes)


def check(plain, boto3, drawn):
    """Both clients get the same events, which are those that were asked for."""
    for question, parameters in drawn.items():
        all_parameters = parameters[:CHECKED]
        answers = [plain.events(wanted) for wanted in all_parameters]
        for wanted, events in zip(all_parameters, answers):
            if not is_answer(events, wanted):
                raise RuntimeError(f"LookupEvents {wanted}: a wrong answer")
        ids = [[event["EventId"] for event in events] for events in answers]
        if boto3.ask("answers", all=all_parameters)["answers"] != ids:
            raise RuntimeError(f"boto3 and a bare connection differ in {question}")


def run_rounds(sitting, plain, boto3, drawn):
    found = {name: {question: [] for question in drawn} for name in ("boto3", "plain")}
    paged = []
    for number in range(sitting.settings.rounds):
        sitting.say(f"LookupEvents, round {number + 1}")
        for question, all_parameters in drawn.items():
            found["boto3"][question].append(boto3.ask("time", all=all_parameters)["times"])
            found["plain"][question].append(plain.times(all_parameters))
        paged.append(boto3.ask("page", events=PAGED, times=PAGED_TIMES)["times"])
    return {name: {question: summary(rounds) for question, rounds in of_name.items()}
            for name, of_name in found.items()}, summary(paged)


def run(sitting):
    """None without boto3."""
    python = aws_clients.boto3_python()
    if not aws_clients.has_boto3(python):
        sitting.missing.append("LookupEvents: boto3 is not there: package python3-boto3")
        return None
    corpus = sitting.corpora()[0]
    sitting.stores.load("traild", corpus)
    place = sitting.stores.place(corpus, "traild")
    with Traild(sitting.settings.program("traild"), place, sitting.stores.log("serve")) as server:
        plain = Plain(server.address)
        drawn = draw(corpus, plain, sitting.say)
        command = [python, SCRIPT, f"http://{server.address}"]
        with Peer("boto3", command, ENVIRONMENT, sitting.stores.log("boto3")) as boto3:
            version = boto3.ask("version")["version"]
            check(plain, boto3, drawn)
            lookups, paged = run_rounds(sitting, plain, boto3, drawn)
        plain.connection.close()
    return {"events": corpus.events, "version": version, "lookups": lookups, "paged": paged}
