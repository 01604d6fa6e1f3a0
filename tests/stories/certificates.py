"""Certificates for tests, made by the openssl command: an authority of our own and what it issues.

    with Authority() as authority:
        server = authority.issue("sns.eu-west-1.amazonaws.com")
        Fake(certificate=server)             an HTTPS server
        authority.path                       what a client must trust: AWS_CA_BUNDLE
"""

import os
import ssl
import subprocess
import tempfile

DAYS = "30"


def openssl(*arguments, data=None):
    """What it writes to its standard output."""
    result = subprocess.run(["openssl", *arguments], input=data, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if result.returncode != 0:
        raise AssertionError(f"openssl {' '.join(arguments)}: {result.stderr.decode()}")
    return result.stdout


class Certificate:
    """Files in PEM: `path` of the certificate, `key` of its private key."""

    def __init__(self, path, key):
        self.path = path
        self.key = key

    def pem(self):
        with open(self.path, "rb") as file:
            return file.read()

    def context(self):
        """For a server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.key)
        return context

    def sign(self, data, digest="sha256"):
        """PKCS#1 v1.5, if the key is RSA."""
        return openssl("dgst", "-" + digest, "-sign", self.key, data=data)


class Authority(Certificate):
    """Signs itself; its files go with it."""

    def __init__(self, name="Test authority"):
        self._directory = tempfile.TemporaryDirectory(prefix="traild-certificates-")
        self._issued = 0
        super().__init__(*self._files("authority"))
        openssl("req", "-x509", *self._new_key("ec"), "-keyout", self.key, "-out", self.path,
                "-subj", f"/CN={name}", "-days", DAYS,
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def _files(self, name):
        path = os.path.join(self._directory.name, name)
        return path + ".pem", path + ".key"

    @staticmethod
    def _new_key(kind):
        options = {"ec": ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], "rsa": ["rsa:2048"]}
        return ["-newkey", *options[kind], "-noenc"]

    def issue(self, name, key="ec"):
        """For a host, or 127.0.0.1. `key`: ec, or rsa, which takes longer to make."""
        self._issued += 1
        issued = Certificate(*self._files(f"{self._issued}"))
        kind = "IP" if name.replace(".", "").isdigit() else "DNS"
        openssl("req", "-x509", "-CA", self.path, "-CAkey", self.key, *self._new_key(key),
                "-keyout", issued.key, "-out", issued.path, "-subj", f"/CN={name}",
                "-days", DAYS, "-addext", f"subjectAltName={kind}:{name}",
                "-addext", "basicConstraints=critical,CA:FALSE")
        return issued

    def close(self):
        self._directory.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
