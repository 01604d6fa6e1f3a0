"""What stories about LookupEvents share: a server that holds the log files of lookup_records, what
it should find, and lists walked to their ends by boto3."""

import json
import re
import unittest

import aws_clients
from events_case import EventsCase, address, split_events, upload_all
from lookup_oracle import Looked, lookup
from lookup_records import generated_files, small_files
from traild import Traild

TARGET = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST = 50  # events on a page


def attributes(pairs):
    """As clients write LookupAttributes."""
    return [{"AttributeKey": key, "AttributeValue": value} for key, value in pairs]


def call(server, operation="LookupEvents", body=b"{}", **headers):
    """What a client sends that has no library: an Answer."""
    sent = {"X-Amz-Target": TARGET + operation, "Content-Type": "application/x-amz-json-1.1"}
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    return server.post("/", body if isinstance(body, bytes) else json.dumps(body).encode(),
                       {name: value for name, value in sent.items() if value is not None})


def pages(client, **parameters):
    return client.get_paginator("lookup_events").paginate(**parameters)


def events_of(client, **parameters):
    return [event for page in pages(client, **parameters) for event in page["Events"]]


def listed(server, *filters):
    """The records of /v1/events, the newest first."""
    texts, cursor = [], {}
    while cursor is not None:
        answer = server.get(address(filters, limit=1000, **cursor))
        if answer.status != 200:
            raise AssertionError(answer)
        texts += [text for _, text in split_events(answer)]
        following = answer.json()["next_cursor"]
        cursor = {"cursor": following} if following else None
    return texts


def fill(server, generated):
    """What the server then holds, as [Looked] in the order in which it lists it."""
    files = [*small_files(), *generated_files(generated, "--accounts", "4")]
    made = {stored.text: Looked(stored) for stored in upload_all(server, files)}
    stored = [made[text] for text in listed(server)]
    if len(stored) != len(made):
        raise AssertionError(f"{len(stored)} of {len(made)} events are listed")
    return stored


_shared = {}  # for those stories of a module that change nothing


def shared():
    if not _shared:
        server = Traild()
        unittest.addModuleCleanup(_shared.clear)
        unittest.addModuleCleanup(server.close)
        client = aws_clients.boto3_client(server)
        unittest.addModuleCleanup(client.close)
        _shared.update(server=server, stored=fill(server, 1500), client=client)
    return _shared


class LookupCase(EventsCase):
    """A server that holds all of lookup_records, `stored`, and boto3's client for it. With OWN it
    is this class's alone, and holds so many events of build/generate."""

    OWN = None

    @classmethod
    def setUpClass(cls):
        if cls.OWN is None:
            cls.server, cls.stored, cls.client = map(shared().get, ("server", "stored", "client"))
            return
        cls.server = Traild()
        cls.addClassCleanup(cls.server.close)
        cls.stored = fill(cls.server, cls.OWN)
        cls.client = aws_clients.boto3_client(cls.server)
        cls.addClassCleanup(cls.client.close)

    # ---- looks ----

    def check_found(self, pairs=(), start=None, end=None, insight=False, some=True, **parameters):
        """What boto3 finds is what should be found, shown as it should be, in its order."""
        if pairs:
            parameters["LookupAttributes"] = attributes(pairs)
        if insight:
            parameters["EventCategory"] = "insight"
        found = events_of(self.client, **parameters)
        wanted = lookup(self.stored, pairs, start, end, insight)
        self.assertEqual(len(found), len(wanted))
        for event, looked in zip(found, wanted, strict=True):
            self.assertEqual(event, looked.event)
        self.assertEqual(bool(found), some, "whether there is anything to find")
        return wanted

    def check_refused(self, answer, code, message, status=400):
        """An Answer of the protocol's: what clients of every kind read of it."""
        self.assertEqual((answer.status, answer.json()["__type"]), (status, code), answer)
        self.assertRegex(answer.json()["message"], message)
        self.assertEqual(set(answer.json()), {"__type", "message"})
        self.assertEqual(answer.header("x-amzn-ErrorType"), code)
        self.assertRegex(answer.header("x-amzn-RequestId"), UUID)
        self.assertEqual(answer.header("Content-Type"), "application/x-amz-json-1.1")
