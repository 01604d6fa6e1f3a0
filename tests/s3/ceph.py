"""Ceph's radosgw, the S3 server of the tests, in a directory of its own and on loopback alone.

A monitor, one object store in memory and the gateway: about 130 MB, and 2 seconds to start. The
daemons are children of this process and are killed by the kernel when it ends, however it ends.
"""

import os
import random
import shutil
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = ["monmaptool", "ceph-mon", "ceph-osd", "ceph", "radosgw", "radosgw-admin"]
# Below those that the kernel gives to others while this one starts.
PORTS = range(20000, 32000)
# Only a start that fails takes that long: of each of its steps.
PATIENCE = 180
CLUSTER = "00000000-0000-4000-8000-000000000001"
OBJECTS = "00000000-0000-4000-8000-000000000002"


class CephError(Exception):
    """What did not work, with the end of Ceph's output."""


def free_port():
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise CephError("no free port")


class Ceph:
    """`users` is a list of (name, access key, secret)."""

    def __init__(self, directory, users):
        self.directory = directory
        self.users = users
        self.port = free_port()
        self.daemons = []
        self.output = os.path.join(directory, "output")
        self.settings = os.path.join(directory, "ceph.conf")

    def start(self):
        missing = [program for program in PROGRAMS if not shutil.which(program)]
        if missing:
            raise CephError(f"missing: {' '.join(missing)}; script/bootstrap tests installs them")
        self._lay_out()
        self._run("ceph-mon", "-i", "a", "--mkfs", "--monmap", self._monitor_map())
        self._daemon("ceph-mon", "-i", "a")
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", OBJECTS)
        self._run("ceph", "osd", "new", OBJECTS, "0")
        self._daemon("ceph-osd", "-i", "0")
        self._daemon("radosgw", "-n", "client.rgw")
        self._wait_for_gateway()
        for name, key, secret in self.users:
            self._run("radosgw-admin", "-n", "client.rgw", "user", "create", "--uid", name,
                      "--display-name", name, "--access-key", key, "--secret", secret)

    def ended(self):
        """The daemons that have, which none should before stop."""
        return [daemon.args for daemon in self.daemons if daemon.poll() is not None]

    def stop(self):
        """What they hold is lost, as it should be: nothing is waited for."""
        for daemon in self.daemons:
            daemon.kill()
            daemon.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _lay_out(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        for name in ["monitor", "objects", "gateway", "crash"]:
            os.makedirs(os.path.join(self.directory, name))
        self.monitor_port = free_port()
        with open(os.path.join(HERE, "ceph.conf"), encoding="utf-8") as template:
            text = template.read().format(cluster=CLUSTER, directory=self.directory,
                                          port=self.port, monitor_port=self.monitor_port)
        with open(self.settings, "w", encoding="utf-8") as settings:
            settings.write(text)

    def _monitor_map(self):
        path = os.path.join(self.directory, "monmap")
        self._run("monmaptool", "--create", "--fsid", CLUSTER,
                  "--addv", "a", f"[v2:127.0.0.1:{self.monitor_port}]", path)
        return path

    def _environment(self):
        """CEPH_CONF, since monmaptool takes a -c for something else."""
        kept = {name: os.environ[name] for name in ["PATH", "HOME"] if name in os.environ}
        return {**kept, "CEPH_CONF": self.settings, "LC_ALL": "C.UTF-8"}

    def _options(self, output):
        return {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output,
                "env": self._environment(), "cwd": self.directory}

    def _run(self, *command):
        with open(self.output, "ab") as output:
            try:
                subprocess.run(command, check=True, timeout=PATIENCE, **self._options(output))
            except (OSError, subprocess.SubprocessError) as error:
                raise self._failure(str(error)) from error

    def _daemon(self, program, *options):
        command = ["setpriv", "--pdeathsig", "KILL", program, "-f", *options]
        with open(self.output, "ab") as output:
            self.daemons.append(subprocess.Popen(command, **self._options(output)))

    def _wait_for_gateway(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.ended():
                raise self._failure(f"ended while starting: {self.ended()}")
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        raise self._failure(f"radosgw took no connection for {PATIENCE} seconds")

    def _failure(self, what):
        with open(self.output, encoding="utf-8", errors="replace") as output:
            return CephError(f"{what}\n{output.read()[-3000:]}")
