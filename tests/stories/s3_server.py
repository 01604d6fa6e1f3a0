"""The S3 server that stories share: Ceph's radosgw, which verifies signatures.

    endpoint = s3_server.endpoint()          "http://127.0.0.1:20123", started when nobody has yet
    bucket = s3_server.bucket()              a bucket of its own
    bucket.put("a b/c+d.json.gz", body)
    Traild("--s3-allow", bucket.name, environment=s3_server.environment())

It stays as long as a process that has asked for it, or script/test, lives: tests/s3/keeper.py.
Each story takes buckets of its own, so that they may run at once. `python3 s3_server.py` runs it
until ^C and prints what a shell has to export.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import uuid

from s3_client import Bucket, Client
from traild import ROOT

KEEPER = os.path.join(ROOT, "tests", "s3", "keeper.py")
DIRECTORY = os.path.join(ROOT, "build", "s3")

REGION = "us-east-1"
ACCESS_KEY, SECRET = "AKIDEXAMPLE", "secretEXAMPLE/with+signs"
# Known to the server, and owns nothing: its requests are answered by AccessDenied.
STRANGER_KEY, STRANGER_SECRET = "AKIDSTRANGER", "secretSTRANGER"
USERS = [["owner", ACCESS_KEY, SECRET], ["stranger", STRANGER_KEY, STRANGER_SECRET]]

_held = {}  # the lock of this process, and the port


def port():
    """Takes seconds if it has to be started first. The lock ends with this process."""
    if "port" not in _held:
        os.makedirs(DIRECTORY, exist_ok=True)
        with open(os.path.join(DIRECTORY, "gate"), "ab") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            _held["users"] = open(os.path.join(DIRECTORY, "users"), "ab")
            fcntl.flock(_held["users"], fcntl.LOCK_SH)
            _held["port"] = _running() or _start()
    return _held["port"]


def _running():
    """The port that the keeper wrote down, if there is a keeper."""
    with open(os.path.join(DIRECTORY, "keeper"), "a+", encoding="utf-8") as keeper:
        try:
            fcntl.flock(keeper, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
        except BlockingIOError:
            keeper.seek(0)
            return json.load(keeper)["port"]


def _start():
    with open(os.path.join(DIRECTORY, "log"), "ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, KEEPER, DIRECTORY], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=log, start_new_session=True)
    # Not waited for: it outlives this process if others need it.
    keeper.returncode = 0
    keeper.stdin.write(json.dumps({"users": USERS}).encode())
    keeper.stdin.close()
    with keeper.stdout:
        line = keeper.stdout.readline()
    answer = json.loads(line) if line else {"error": f"see {log.name}"}
    if "error" in answer:
        raise AssertionError(f"the S3 server does not start: {answer['error']}")
    return answer["port"]


def endpoint():
    return f"http://127.0.0.1:{port()}"


def environment(address=None, access_key=ACCESS_KEY, secret=SECRET, token=None):
    """What traild needs to find the server, or what stands before it, and be let in."""
    values = {"AWS_ENDPOINT_URL_S3": address or endpoint(), "AWS_REGION": REGION,
              "AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": secret,
              "AWS_EC2_METADATA_DISABLED": "true",
              "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {**values, **({"AWS_SESSION_TOKEN": token} if token else {})}


def client(access_key=ACCESS_KEY, secret=SECRET, address=None):
    return Client(address or endpoint(), access_key, secret, REGION)


def bucket(versioned=False):
    """A new, empty one. It goes when the server does, which frees no memory before that anyway."""
    made = Bucket(client(), f"story-{uuid.uuid4().hex[:20]}")
    made.create()
    if versioned:
        made.keep_versions()
    return made


def main():
    for name, value in environment().items():
        print(f"export {name}={value}", flush=True)
    signal.sigwait([signal.SIGINT, signal.SIGTERM])


if __name__ == "__main__":
    main()
