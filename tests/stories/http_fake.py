"""An HTTP(S) server on a loopback port that answers as a test wants and remembers what was asked.

    class Clock(Fake):
        def serve(self, exchange):
            exchange.answer(200, b"noon")

    with Clock() as clock:
        clock.address, clock.requests

Every connection has a thread of its own, so `serve` may wait. What goes wrong in `serve` is raised
when the server closes; a client that leaves in the middle is no mistake.
"""

import http.client
import os
import select
import socket
import socketserver
import struct
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Of a connection on which nothing happens.
PATIENCE = 120


class Request:
    """One that came: `target` as it was sent, `path` and `query` decoded, header names in lower
    case. `status` is what was answered, `sent` the bytes of the body, `fault` what a proxy did."""

    def __init__(self, method, target, headers, body):
        self.method = method
        self.target = target
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body
        path, _, query = target.partition("?")
        self.path = urllib.parse.unquote(path)
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        self.at = time.monotonic()
        self.fault = None
        self.status = None
        self.sent = 0

    def form(self):
        """The fields of an HTML form, as AWS's older services take them."""
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True))

    def __repr__(self):
        return f"{self.method} {self.target} -> {self.fault or ''} {self.status or ''}"


class Exchange:
    """A request and the connection on which it came."""

    def __init__(self, handler, request):
        self.request = request
        self.handler = handler
        self.server = handler.server.fake
        self._released = self.server.released  # as it came: who releases means this one too

    def answer(self, status, body=b"", headers=(), length=None):
        """`length`: told instead of the true one. A HEAD gets no body."""
        self.head(status, headers, len(body) if length is None else length)
        if self.request.method != "HEAD":
            self.send(body)

    def head(self, status, headers=(), length=None):
        """Status and headers (pairs). Without a length the end of the connection ends the body."""
        lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, 'Unknown')}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if length is None:
            lines.append("Connection: close")
            self.end()
        else:
            lines.append(f"Content-Length: {length}")
        self.request.status = status
        self.handler.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def send(self, piece):
        self.handler.wfile.write(piece)
        self.request.sent += len(piece)

    def end(self):
        """The connection ends after this request."""
        self.handler.close_connection = True

    def reset(self):
        """It ends as when the other machine has gone: closed with no word."""
        self.end()
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                           struct.pack("ii", 1, 0))
        os.close(self.handler.connection.detach())

    def client_has_gone(self):
        """Whether it has closed the connection, or its process has ended."""
        client = select.poll()
        client.register(self.handler.connection, select.POLLRDHUP)
        return bool(client.poll(0))

    def wait(self, seconds=None):
        """Until the server is told to go on, or so many seconds. Whether it was told."""
        return self._released.wait(seconds)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    disable_nagle_algorithm = True

    def _serve(self):
        # self.path would have lost a second slash at its start.
        target = self.requestline.split(" ")[1]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(self.command, target, self.headers.items(), body)
        self.server.fake.take(Exchange(self, request))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve

    def log_message(self, *_):
        """Nothing: the requests are remembered."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, fake):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fake = fake
        self.connections = set()

    def server_bind(self):
        """Without asking for this machine's name, which may take long and serves nobody here."""
        socketserver.TCPServer.server_bind(self)

    def process_request(self, request, client_address):
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, *_):
        error = sys.exc_info()[1]
        if not isinstance(error, (OSError, ValueError)):
            self.fake.errors.append(error)


class Fake:
    """`certificate` (certificates.py) makes it HTTPS."""

    def __init__(self, certificate=None):
        self.requests = []
        self.errors = []
        self.most_at_once = 0
        self.released = threading.Event()
        self._at_once = 0
        self._lock = threading.Lock()
        self._server = _Server(self)
        if certificate:
            self._server.socket = certificate.context().wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self.address = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def serve(self, exchange):
        raise NotImplementedError

    def take(self, exchange):
        with self._lock:
            self.requests.append(exchange.request)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            self.serve(exchange)
        finally:
            with self._lock:
                self._at_once -= 1

    def release(self):
        """Those that wait go on."""
        waiting, self.released = self.released, threading.Event()
        waiting.set()

    def close(self):
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self._server.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended by itself
        if self.errors:
            raise self.errors[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
