"""Small made-up log files for stories that only care whether all of a file is there, and the walk
through all pages of a list."""

import gzip
import json
import urllib.parse

ACCOUNTS = ["111122223333", "444455556666", "777788889999"]
ACTIONS = ["CreateResourceShare", "GetResourceShares", "TagResource", "DeleteResourceShare"]


class LogFile:
    """`name` is the label of its receipt; its own events are called NAME-0, NAME-1...

    `repeated` are records of other files that stand in this one again."""

    def __init__(self, name, count, start_seconds=0, repeated=()):
        self.name = name
        self.records = [self._record(number, start_seconds) for number in range(count)]
        self.event_ids = {record["eventID"] for record in self.records}
        self.repeated = len(repeated)
        text = json.dumps({"Records": self.records + list(repeated)}).encode()
        self.body = gzip.compress(text, 1)

    def _record(self, number, start_seconds):
        seconds = start_seconds + number * 7
        return {
            "eventVersion": "1.08",
            "userIdentity": {"type": "IAMUser", "accountId": ACCOUNTS[number % 3],
                             "userName": f"user-{number % 17}"},
            "eventTime": f"2026-10-{1 + seconds // 86400 % 28:02}T{seconds // 3600 % 24:02}:"
                         f"{seconds // 60 % 60:02}:{seconds % 60:02}Z",
            "eventSource": "ram.amazonaws.com",
            "eventName": ACTIONS[number % len(ACTIONS)],
            "awsRegion": "eu-central-1",
            "sourceIPAddress": f"192.0.2.{number % 251}",
            "eventID": f"{self.name}-{number}",
            "recipientAccountId": ACCOUNTS[number % 3],
        }

    def send(self, server):
        """The answer of the upload."""
        return server.post("/v1/imports?source=" + urllib.parse.quote(self.name), self.body)


def walk(server, path, key, **parameters):
    """Every item of a list, page after page."""
    items, cursor = [], None
    while True:
        query = dict(parameters, **({"cursor": cursor} if cursor else {}))
        answer = server.get(path + "?" + urllib.parse.urlencode(query))
        if answer.status != 200:
            raise AssertionError(f"{path} {query}: {answer}")
        page = answer.json()
        items += page[key]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


def walk_events(server, **parameters):
    return walk(server, "/v1/events", "events", **{"limit": 1000, "view": "summary", **parameters})


def walk_imports(server):
    return walk(server, "/v1/imports", "imports", limit=1000)
