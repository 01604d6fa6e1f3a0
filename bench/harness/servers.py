"""traild and nginx as servers that are measured; each logs every request to a file, as in
production."""

import json
import os
import signal
import socket
import subprocess
import time

from harness import processes

PATIENCE = 120


class Server:
    """A process that listens. `address` is HOST:PORT."""

    def __init__(self, command, log):
        with open(log, "wb") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=output, env=without_settings())
        self.log = log
        self.address = None

    def wait_until(self, condition):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            value = condition()
            if value:
                return value
            time.sleep(0.01)
        self.process.kill()
        with open(self.log, encoding="utf-8", errors="replace") as output:
            raise RuntimeError(f"{self.process.args[0]} does not listen: {output.read()[-2000:]}")

    def peak(self):
        return processes.peak_bytes(self.process.pid)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        if code != 0:
            raise RuntimeError(f"{self.process.args[0]} ended with {code}: see {self.log}")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        else:
            self.process.kill()
            self.process.wait()


def without_settings():
    return {name: value for name, value in os.environ.items() if not name.startswith("TRAILD")}


class Traild(Server):
    def __init__(self, program, data, log):
        super().__init__([program, "serve", "--data", data, "--listen", "127.0.0.1:0"], log)
        self.address = self.wait_until(self._listening)

    def _listening(self):
        with open(self.log, encoding="utf-8", errors="replace") as output:
            for line in output:
                if '"listening"' in line and line.endswith("\n"):
                    return json.loads(line)["address"]
        return None


NGINX = """
daemon off;
worker_processes {cores};
pid {place}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
    access_log {place}/nginx-access.log combined;
    default_type application/json;
    sendfile on;
    tcp_nodelay on;
    keepalive_requests 100000000;
    open_file_cache max=100;
    client_body_temp_path {place}/nginx-temporary;
    proxy_temp_path {place}/nginx-temporary;
    fastcgi_temp_path {place}/nginx-temporary;
    uwsgi_temp_path {place}/nginx-temporary;
    scgi_temp_path {place}/nginx-temporary;
    server {{
        listen {address};
        root {place}/static;
    }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Nginx(Server):
    """Serves the file `name` with these bytes."""

    def __init__(self, program, place, cores, name, body):
        os.makedirs(os.path.join(place, "static"), exist_ok=True)
        os.chmod(place, 0o755)  # its workers are not root
        with open(os.path.join(place, "static", name), "wb") as file:
            file.write(body)
        address = f"127.0.0.1:{free_port()}"
        configuration = os.path.join(place, "nginx.conf")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(NGINX.format(cores=cores, place=place, address=address))
        errors = os.path.join(place, "nginx-error.log")
        super().__init__([program, "-p", place, "-e", errors, "-c", configuration], errors)
        self.address = address
        self.wait_until(self._answers)

    def _answers(self):
        host, port = self.address.split(":")
        with socket.socket() as probe:
            return probe.connect_ex((host, int(port))) == 0
