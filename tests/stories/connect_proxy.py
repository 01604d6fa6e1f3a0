"""A proxy on loopback for https: what asks for a host that is known is led to where the story says,
everything else is refused.

    with ConnectProxy({"sns.eu-west-1.amazonaws.com": topic.port}) as proxy:
        Traild(environment={"HTTPS_PROXY": proxy.address})
"""

import socket
import socketserver
import threading


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        host = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        self.server.asked.append(host)
        port = self.server.hosts.get(host.removesuffix(":443"))
        if port is None:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", port)) as other:
            back = threading.Thread(target=_pump, args=(other, self.connection), daemon=True)
            back.start()
            _pump(self.connection, other)
            back.join()


def _pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # either side may go at any time


class ConnectProxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, hosts):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hosts = hosts
        self.asked = []  # "host:443"
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
