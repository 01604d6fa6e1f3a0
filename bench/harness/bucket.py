"""An S3 server on loopback with a corpus in it: the radosgw of the tests, which verifies signatures
and holds its objects in memory."""

import os
import shutil
import sys

from harness.settings import ROOT

# Before the rest: Ceph itself brings a module of the name `ceph`.
sys.path[:0] = [os.path.join(ROOT, "tests", "s3"), os.path.join(ROOT, "tests", "stories")]

import ceph
from s3_client import Bucket, Client

NAME = "bench"
REGION = "us-east-1"
KEY, SECRET = "AKIDEXAMPLE", "secretEXAMPLE"
AT_ONCE = 500  # files that are read before they are uploaded


def missing():
    """The programs it needs that are not there."""
    return [name for name in [*ceph.PROGRAMS, "setpriv"] if not shutil.which(name)]


class Server:
    def __init__(self, place):
        self.ceph = ceph.Ceph(os.path.join(place, "s3"), [["bench", KEY, SECRET]])

    def environment(self):
        """For traild and for every AWS client."""
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("AWS_", "TRAILD"))}
        return {**kept, "AWS_ENDPOINT_URL_S3": self.endpoint(), "AWS_REGION": REGION,
                "AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": KEY,
                "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}

    def fill(self, corpus):
        """Each file at its path below the corpus."""
        bucket = Bucket(Client(self.endpoint(), KEY, SECRET, REGION), NAME)
        bucket.create()
        paths = corpus.paths()
        for first in range(0, len(paths), AT_ONCE):
            bucket.put_many({os.path.relpath(path, corpus.path): read(path)
                             for path in paths[first:first + AT_ONCE]})

    def endpoint(self):
        """To be named to clients, since older ones know no variable for it."""
        return f"http://127.0.0.1:{self.ceph.port}"

    def __enter__(self):
        self.ceph.start()
        return self

    def __exit__(self, *_):
        self.ceph.stop()


def read(path):
    with open(path, "rb") as file:
        return file.read()
