"""A small S3 client for setting up buckets: signature version 4, any key, many objects at once.

Keys are text or bytes; each byte but the unreserved ones is sent percent-encoded. A Client may be
used by several threads; nothing is tried twice.
"""

import collections
import http.client
import socket
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from xml.etree import ElementTree

import signing

AT_ONCE = 8
IDLE_SECONDS = 20
PATIENCE = 60


def quote(text, safe=""):
    return urllib.parse.quote(text, safe=safe + "-._~")


class S3Error(Exception):
    """An answer other than 2xx: `status`, and S3's `code` (empty when it sent none)."""

    def __init__(self, status, body):
        self.status = status
        self.code = ""
        try:
            self.code = ElementTree.fromstring(body).findtext("Code") or ""
        except ElementTree.ParseError:
            pass
        super().__init__(f"{status} {self.code} {body[:300]!r}")


class Response:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.body = answer.read()

    @property
    def etag(self):
        return self.headers["etag"].strip('"')

    @property
    def version(self):
        return self.headers.get("x-amz-version-id")


class Client:
    def __init__(self, endpoint, access_key, secret, region):
        self.host = urllib.parse.urlsplit(endpoint).netloc
        self.access_key = access_key
        self.secret = secret
        self.region = region
        self._idle = collections.deque()  # (when it was used, connection)

    def sign(self, method, path, query):
        """The headers to send, as of now."""
        now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{now[:8]}/{self.region}/s3/aws4_request"
        headers = {"host": self.host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": now}
        request = signing.canonical(method, path, query, headers, "UNSIGNED-PAYLOAD")
        signature = signing.signature(self.secret, scope, now, request)
        headers["authorization"] = (
            f"{signing.ALGORITHM} Credential={self.access_key}/{scope},"
            f"SignedHeaders={';'.join(headers)},Signature={signature}")
        return headers

    def __del__(self):
        for _, connection in self._idle:
            connection.close()

    def connect(self):
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _connection(self):
        """One that is idle and that the server will not have closed yet, or a new one."""
        while True:
            try:
                used, connection = self._idle.pop()
            except IndexError:
                return self.connect()
            if time.monotonic() - used < IDLE_SECONDS:
                return connection
            connection.close()

    def request(self, method, path, query=None, body=None, headers=None):
        """`path` as it is sent. An answer other than 2xx is an S3Error."""
        words = "&".join(sorted(f"{quote(k)}={quote(v)}" for k, v in (query or {}).items()))
        sent = {**(headers or {}), **self.sign(method, path, words)}
        connection = self._connection()
        try:
            connection.request(method, path + ("?" + words if words else ""), body, sent)
            response = Response(connection.getresponse())
        except BaseException:
            connection.close()
            raise
        self._idle.append((time.monotonic(), connection))
        if response.status >= 300:
            raise S3Error(response.status, response.body)
        return response


class Bucket:
    def __init__(self, client, name):
        self.client = client
        self.name = name

    def uri(self, key=""):
        return f"s3://{self.name}/{key}"

    def request(self, method, key="", **options):
        path = f"/{self.name}" + (f"/{quote(key, '/')}" if key else "")
        return self.client.request(method, path, **options)

    def create(self):
        self.request("PUT")

    def keep_versions(self):
        self.request("PUT", query={"versioning": ""}, body=(
            b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            b"<Status>Enabled</Status></VersioningConfiguration>"))

    def put(self, key, body=b""):
        """Its ETag and version are in the answer."""
        return self.request("PUT", key, body=body)

    def put_many(self, objects):
        """`objects`: key -> body."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(lambda item: self.put(*item), objects.items()):
                pass

    def get(self, key, version=None):
        return self.request("GET", key, query={"versionId": version} if version else None)

    def head(self, key):
        return self.request("HEAD", key)

    def delete(self, key, version=None):
        self.request("DELETE", key, query={"versionId": version} if version else None)

    def list(self, prefix=""):
        """Key -> ETag, all of them, in S3's order."""
        found, query = {}, {"list-type": "2", "encoding-type": "url", "prefix": prefix}
        while True:
            page = _without_namespaces(self.request("GET", query=query).body)
            for item in page.iter("Contents"):
                key = urllib.parse.unquote_plus(item.findtext("Key"))
                found[key] = item.findtext("ETag").strip('"')
            if page.findtext("IsTruncated") != "true":
                return found
            query["continuation-token"] = page.findtext("NextContinuationToken")


def _without_namespaces(body):
    root = ElementTree.fromstring(body)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root
