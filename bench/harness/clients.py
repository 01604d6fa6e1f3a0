"""The clients of bench/*.c, which are fast enough to measure the server and not themselves."""

import http.client
import json
from datetime import datetime, timedelta, timezone

from harness import processes
from harness.questions import target

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def upload(settings, address, clients, paths):
    """Seconds, uploads, bytes, p50_ms, p99_ms, max_ms."""
    return read_upload(processes.feed([settings.program("upload"), address, str(clients)], paths))


def read_upload(output):
    return json.loads(output)


def ask(settings, address, targets):
    """Nanoseconds of each."""
    lines = processes.feed([settings.program("ask"), address], targets).split()
    return [int(line) for line in lines]


def milliseconds(text):
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (at - EPOCH) // timedelta(milliseconds=1)


def page(event_or_list):
    events = event_or_list.get("events", [event_or_list])
    return [(milliseconds(event["event_time"]), event["event_id"]) for event in events]


def answers(address, question, all_parameters):
    """(time, id) of the events that traild answers with, for each of the parameters."""
    connection = http.client.HTTPConnection(address, timeout=120)
    pages = []
    for parameters in all_parameters:
        connection.request("GET", target(question, parameters))
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{question} {parameters}: {response.status}: {body[:300]}")
        pages.append(page(json.loads(body)))
    connection.close()
    return pages


def body_of(address, path):
    connection = http.client.HTTPConnection(address, timeout=120)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    return body
