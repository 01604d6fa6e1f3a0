"""What stories about S3 share: servers that read a bucket through a proxy, imports of prefixes and
their receipts, and the files that come of them."""

import collections
import json
import os
import sqlite3
import unittest
import urllib.parse

import s3_server
from s3_proxy import Proxy
from s3_trail import event_ids
from traild import Traild, wait_until
from uploads import walk

IMPORT = "/v1/imports/s3"
UNFINISHED = ("queued", "running")
COUNTED = ("files_done", "files_known", "files_skipped", "files_failed")


class S3Case(unittest.TestCase):
    # ---- who takes part ----

    def proxy(self):
        return self.enterContext(Proxy(s3_server.endpoint()))

    def server(self, *options, proxy=None, data=None, **environment):
        """Reads S3, through the proxy if there is one."""
        values = s3_server.environment(proxy and proxy.address)
        server = Traild(*options, data=data, environment={**values, **environment})
        self.addCleanup(server.close)
        return server

    # ---- imports ----

    def post(self, server, status, path=IMPORT, **members):
        """The JSON that is answered."""
        answer = server.post(path, json.dumps(members).encode())
        self.assertEqual(answer.status, status, answer)
        return answer.json()

    def begin(self, server, uri, **selection):
        """The number of an import of a prefix."""
        receipt = self.post(server, 202, uri=uri, **selection)
        self.assertEqual(receipt["kind"], "prefix")
        return receipt["id"]

    def receipt(self, server, number):
        answer = server.get(f"/v1/imports/{number}")
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def ended(self, server, number, status="done"):
        """Its receipt, once it is over."""
        def look():
            receipt = self.receipt(server, number)
            return receipt if receipt["status"] not in UNFINISHED else None

        receipt = wait_until(look, "the import to end")
        self.assertEqual(receipt["status"], status, receipt)
        return receipt

    def imported(self, server, uri, **selection):
        """The receipt of a prefix that was imported to its end."""
        return self.ended(server, self.begin(server, uri, **selection))

    def files_of(self, server, number, **filters):
        """The receipts of an import's files."""
        return walk(server, "/v1/imports", "imports", limit=1000, parent=number, **filters)

    # ---- looks ----

    def check_counters(self, receipt, **expected):
        """Those given are exact; those not given are 0; together they are what was listed."""
        progress = receipt["progress"]
        counted = {name: progress[name] for name in COUNTED}
        wanted = {name: expected.get(name.removeprefix("files_"), 0) for name in COUNTED}
        self.assertEqual(counted, wanted)
        self.assertEqual(progress["files_listed"], sum(wanted.values()))

    def check_skipped(self, receipt, made):
        """As many of each kind as there are, with one of them."""
        skipped = receipt["progress"]["skipped"]
        self.assertEqual({kind: note["objects"] for kind, note in skipped.items()},
                         collections.Counter(made.skipped.values()))
        for kind, note in skipped.items():
            self.assertEqual(made.skipped[note["example"]], kind)

    def ids(self, server):
        """Of all events, sorted."""
        return sorted(event["event_id"] for event in walk(
            server, "/v1/events", "events", limit=1000, view="summary"))

    def trail(self, server, number=1):
        answer = server.get(f"/v1/trails/{number}")
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def until_trail(self, server, condition, what, number=1):
        """The trail, as soon as the condition holds for it."""
        def look():
            trail = self.trail(server, number)
            return trail if condition(trail) else None

        return wait_until(look, what)

    def rows(self, data, sql):
        """From a store that no process holds."""
        connection = sqlite3.connect(os.path.join(data, "traild.sqlite"))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


def count_insights(made):
    """Insight files hold events, which imports of prefixes take and trails do not: from now on they
    are files of this trail as well."""
    for key in [key for key, kind in made.skipped.items() if kind == "insight"]:
        del made.skipped[key]
        made.files[key] = event_ids(made.bucket.get(key).body)


def keys_of(requests, bucket):
    """The keys that were asked for, in order."""
    before = f"/{bucket.name}/"
    return [request.path.removeprefix(before) for request in requests]


def sources(receipts, bucket):
    return sorted(receipt["source"].removeprefix(bucket.uri()) for receipt in receipts)


def query(**parameters):
    return "?" + urllib.parse.urlencode(parameters)
