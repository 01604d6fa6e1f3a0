"""What hands out credentials in AWS, on loopback: instance metadata, containers, STS.

Each gives what stands in `given` (a Grant), which a test may exchange while it runs, and remembers
its requests. A Grant is the S3 server's own key unless told otherwise, so that imports work.
"""

import contextlib
import json
import re
import uuid
from datetime import datetime, timedelta, timezone

import s3_server
import signing
from http_fake import Fake


class Grant:
    """Temporary credentials. `seconds`: how long they hold from the moment they are asked for; an
    integer, which may be negative."""

    def __init__(self, access_key=s3_server.ACCESS_KEY, secret=s3_server.SECRET,
                 token="TOKEN/with+signs==", seconds=3600):
        self.access_key = access_key
        self.secret = secret
        self.token = token
        self.seconds = seconds

    def expiration(self):
        ends = datetime.now(timezone.utc) + timedelta(seconds=self.seconds)
        return ends.strftime("%Y-%m-%dT%H:%M:%SZ")

    def document(self):
        """As instance metadata and containers write it."""
        return {"Code": "Success", "LastUpdated": "2026-11-01T00:00:00Z", "Type": "AWS-HMAC",
                "AccessKeyId": self.access_key, "SecretAccessKey": self.secret,
                "Token": self.token, "Expiration": self.expiration()}

    def xml(self):
        """As STS does."""
        return (f"<Credentials><AccessKeyId>{self.access_key}</AccessKeyId>"
                f"<SecretAccessKey>{self.secret}</SecretAccessKey>"
                f"<SessionToken>{self.token}</SessionToken>"
                f"<Expiration>{self.expiration()}</Expiration></Credentials>")


class _Giver(Fake):
    """`slow`: waits before each answer until `release`. `refusals`: (status, body) to answer
    the next requests with instead."""

    def __init__(self, *, given=None, slow=False, certificate=None):
        self.given = given or Grant()
        self.slow = slow
        self.refusals = []
        super().__init__(certificate)

    def serve(self, exchange):
        if self.slow:
            exchange.wait()
        refusal = None
        with self._lock, contextlib.suppress(IndexError):
            refusal = self.refusals.pop(0)
        if refusal:
            exchange.answer(*refusal)
        else:
            self.give(exchange)

    def give(self, exchange):
        raise NotImplementedError


class InstanceMetadata(_Giver):
    """Version 2: a token first. `version_1`: the old one, where nobody asks for a token. `role`
    None: an instance without one."""

    TOKEN = "/latest/api/token"
    ROLES = "/latest/meta-data/iam/security-credentials/"

    def __init__(self, role="story-role", version_1=False, region="eu-west-1", **options):
        self.role = role
        self.version_1 = version_1
        self.region = region
        self.tokens = set()
        super().__init__(**options)

    def environment(self):
        return {"AWS_EC2_METADATA_SERVICE_ENDPOINT": self.address,
                "AWS_EC2_METADATA_DISABLED": "false"}

    def give(self, exchange):
        request = exchange.request
        if request.path == self.TOKEN:
            return self._give_token(exchange)
        token = request.headers.get("x-aws-ec2-metadata-token")
        if not self.version_1 and token not in self.tokens:
            return exchange.answer(401)
        texts = {"/latest/meta-data/placement/region": self.region}
        if self.role:
            texts[self.ROLES] = self.role
            texts[self.ROLES + self.role] = json.dumps(self.given.document(), indent=2)
        text = texts.get(request.path)
        return exchange.answer(404) if text is None else exchange.answer(200, text.encode())

    def _give_token(self, exchange):
        request = exchange.request
        if self.version_1:
            return exchange.answer(403)
        if request.method != "PUT":
            return exchange.answer(405)
        if not 1 <= int(request.headers.get("x-aws-ec2-metadata-token-ttl-seconds", 0)) <= 21600:
            return exchange.answer(400)
        token = uuid.uuid4().hex
        self.tokens.add(token)
        return exchange.answer(200, token.encode())


class ContainerCredentials(_Giver):
    """Answers /v2/credentials, to those who send the token if there is one."""

    PATH = "/v2/credentials"

    def __init__(self, token=None, **options):
        self.token = token
        super().__init__(**options)

    def environment(self):
        values = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.address + self.PATH}
        if self.token:
            values["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = self.token
        return values

    def give(self, exchange):
        request = exchange.request
        if self.token and request.headers.get("authorization") != self.token:
            return exchange.answer(401, b'{"code":"Unauthorized","message":"no"}')
        if (request.method, request.path) != ("GET", self.PATH):
            return exchange.answer(404, b'{"code":"NotFound","message":"no"}')
        return exchange.answer(200, json.dumps(self.given.document()).encode())


class TokenService(_Giver):
    """STS: AssumeRoleWithWebIdentity, which nobody signs, for those who bring `identity`, and
    AssumeRole, signed by one of `secrets` (signing.mistake)."""

    def __init__(self, identity="an.identity.token", secrets=None, **options):
        self.identity = identity
        self.secrets = secrets or {s3_server.ACCESS_KEY: (s3_server.SECRET, None)}
        super().__init__(**options)

    def environment(self):
        return {"AWS_ENDPOINT_URL_STS": self.address}

    def give(self, exchange):
        form = exchange.request.form()
        problem = self._problem(exchange.request, form)
        if problem:
            return exchange.answer(*sts_error(*problem))
        action = form["Action"]
        arn = form["RoleArn"].replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
        body = (f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
                f"<{action}Result>{self.given.xml()}<AssumedRoleUser>"
                f"<AssumedRoleId>AROAEXAMPLE:{form['RoleSessionName']}</AssumedRoleId>"
                f"<Arn>{arn}/{form['RoleSessionName']}</Arn></AssumedRoleUser></{action}Result>"
                f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
                f"</{action}Response>")
        return exchange.answer(200, body.encode(), [("Content-Type", "text/xml")])

    def _problem(self, request, form):
        if form.get("Version") != "2011-06-15":
            return 400, "InvalidAction", "Could not find operation"
        for name, pattern in (("RoleArn", r"arn:aws[a-z-]*:iam::\d{12}:role/.+"),
                              ("RoleSessionName", r"[\w+=,.@-]{2,64}")):
            if not re.fullmatch(pattern, form.get(name, "")):
                return 400, "ValidationError", f"{name} must match {pattern}"
        if form.get("Action") == "AssumeRole":
            mistake = signing.mistake(request, "sts", self.secrets)
            return (403, "SignatureDoesNotMatch", mistake) if mistake else None
        if form.get("Action") != "AssumeRoleWithWebIdentity":
            return 400, "InvalidAction", "Could not find operation"
        if form.get("WebIdentityToken") != self.identity:
            return 400, "InvalidIdentityToken", "Incorrect token"
        return None


def sts_error(status, code, message):
    """For `refusals`."""
    body = (f'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>'
            f"<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            f"<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>")
    return status, body.encode(), [("Content-Type", "text/xml")]
