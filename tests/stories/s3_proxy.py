"""A proxy between traild and the S3 server that passes requests on as they are, and goes wrong when
told to (s3_faults.py).

    with Proxy(s3_server.endpoint()) as proxy:
        proxy.rule(cut(1000), target=r"\\.json\\.gz", times=2)
        Traild(..., environment=s3_server.environment(proxy.address))
        ...
        proxy.gets(key), proxy.lists()       what was asked for, in order

The host that traild has signed for is passed on, so that signatures hold.
"""

import contextlib
import http.client
import random
import re
import urllib.parse

from http_fake import PATIENCE, Exchange, Fake

PIECE = 1 << 16
# They belong to a connection, or are written anew.
OF_CONNECTION = ("content-length", "transfer-encoding", "connection", "keep-alive")


class Rule:
    """Holds for requests of the method (None: any) whose target, path and query as they were sent,
    contains the pattern. Of these it passes `skip`, then takes `times` (None: all), each by
    `chance`."""

    def __init__(self, fault, method="GET", target="", skip=0, times=None, chance=1.0, seed=1):
        self.fault = fault
        self.method = method
        self.target = re.compile(target)
        self.skip = skip
        self.left = times
        self.chance = chance
        self.random = random.Random(seed)
        self.taken = 0

    def takes(self, request):
        if self.method not in (None, request.method) or not self.target.search(request.target):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.left == 0 or self.random.random() >= self.chance:
            return False
        if self.left is not None:
            self.left -= 1
        self.taken += 1
        return True


class Answer:
    """What the S3 server said. `headers` are pairs without the length."""

    def __init__(self, response, body):
        self.status = response.status
        self.headers = _headers(response)
        self.body = body


def _headers(response):
    return [(name, value) for name, value in response.getheaders()
            if name.lower() not in OF_CONNECTION]


class Passage(Exchange):
    """A request on its way, for the functions that make something go wrong."""

    def ask(self):
        """The S3 server's whole answer."""
        with self._forward() as response:
            return Answer(response, response.read())

    def pass_on(self):
        """The S3 server's answer as it comes."""
        with self._forward() as response:
            length = response.getheader("Content-Length")
            if length is None:
                return self.answer(response.status, response.read(), _headers(response))
            self.head(response.status, _headers(response), length)
            while piece := response.read(PIECE):
                self.send(piece)
            return None

    @contextlib.contextmanager
    def _forward(self):
        connection = http.client.HTTPConnection(self.server.upstream, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.putrequest(self.request.method, self.request.target, skip_host=True,
                                  skip_accept_encoding=True)
            for name, value in self.handler.headers.items():
                if name.lower() not in ("connection", "expect"):
                    connection.putheader(name, value)
            connection.endheaders(self.request.body or None)
            yield connection.getresponse()


class Proxy(Fake):
    """Before the server at `endpoint`. `certificate` makes it HTTPS towards traild."""

    def __init__(self, endpoint, certificate=None):
        self.upstream = urllib.parse.urlsplit(endpoint).netloc
        self._rules = []
        super().__init__(certificate)

    def rule(self, fault, **when):
        """From now on: see Rule. The first that takes a request decides."""
        made = Rule(fault, **when)
        with self._lock:
            self._rules.append(made)
        return made

    def heal(self):
        """From now on nothing goes wrong, and what has stalled goes on."""
        with self._lock:
            self._rules.clear()
        self.release()

    def serve(self, exchange):
        passage = Passage(exchange.handler, exchange.request)
        with self._lock:
            rule = next((rule for rule in self._rules if rule.takes(exchange.request)), None)
        if rule is None:
            return passage.pass_on()
        exchange.request.fault = rule.fault.__name__
        return rule.fault(passage)

    def gets(self, key=None):
        """The requests for an object, or for all objects."""
        return [request for request in list(self.requests)
                if request.method == "GET" and "list-type" not in request.query
                and (request.path.endswith("/" + key) if key else request.path.count("/") > 1)]

    def lists(self):
        return [request for request in list(self.requests) if "list-type" in request.query]
