"""A proxy that leads every CONNECT to one address on loopback, whatever host was asked for.

    with Tunnel(topic.port) as tunnel:
        Traild(..., environment={"HTTPS_PROXY": tunnel.address})
        tunnel.hosts     what was asked for: "sns.eu-west-1.amazonaws.com:443"
"""

import selectors
import socket
import threading

PIECE = 65536


class Tunnel:
    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.hosts = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, socket.create_connection(self.target) as server:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                piece = client.recv(1)
                if not piece:
                    return
                head += piece
            self.hosts.append(head.split()[1].decode())
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            _exchange(client, server)


def _exchange(one, other):
    """Until one of them ends."""
    with selectors.DefaultSelector() as ready:
        ready.register(one, selectors.EVENT_READ, other)
        ready.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in ready.select():
                try:
                    piece = key.fileobj.recv(PIECE)
                    key.data.sendall(piece)
                except OSError:
                    return
                if not piece:
                    return
