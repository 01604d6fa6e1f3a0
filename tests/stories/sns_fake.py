"""An SNS topic on loopback: signs what it publishes, serves its certificate over HTTPS and takes
confirmations.

    with Topic() as topic:
        body = topic.notification('{"s3Bucket":"b","s3ObjectKey":["k"]}')
        server.post("/v1/notifications/sns", body, topic.headers(body))

Its URLs name sns.REGION.amazonaws.com, as SNS's do: `host` and `port` say where that must lead, and
`authority.path` whom to trust. The signing certificate is issued by the same authority.
"""

import base64
import json
import uuid
from datetime import datetime, timezone

from certificates import Authority
from http_fake import Fake

NOTIFICATION = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
CONFIRMATION = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
DIGESTS = {"1": "sha1", "2": "sha256"}


class Topic(Fake):
    def __init__(self, name="story-topic", region="eu-west-1", account="111122223333"):
        self.arn = f"arn:aws:sns:{region}:{account}:{name}"
        self.host = f"sns.{region}.amazonaws.com"
        self.authority = Authority()
        self.signer = self.authority.issue(self.host, key="rsa")
        self.certificate_path = f"/SimpleNotificationService-{uuid.uuid4().hex}.pem"
        self.confirmed = []  # the tokens
        super().__init__(certificate=self.authority.issue(self.host))

    def close(self):
        try:
            super().close()
        finally:
            self.authority.close()

    def url(self, rest):
        return f"https://{self.host}{rest}"

    def serve(self, exchange):
        request = exchange.request
        if request.path == self.certificate_path:
            exchange.answer(200, self.signer.pem(), [("Content-Type", "binary/octet-stream")])
        elif request.query.get("Action") == "ConfirmSubscription":
            self._confirm(exchange)
        else:
            exchange.answer(404)

    def _confirm(self, exchange):
        query = exchange.request.query
        if query.get("TopicArn") != self.arn or not query.get("Token"):
            exchange.answer(400)
            return
        self.confirmed.append(query["Token"])
        exchange.answer(200, (
            "<ConfirmSubscriptionResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">"
            f"<ConfirmSubscriptionResult><SubscriptionArn>{self.arn}:{uuid.uuid4()}"
            "</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>"
        ).encode(), [("Content-Type", "text/xml")])

    # ---- what it publishes, as bytes ----

    def notification(self, message, subject=None, version="2", **changed):
        """`changed` are fields that are changed after it was signed; None leaves one out."""
        fields = {"Type": "Notification", **self._fields(message),
                  "UnsubscribeURL": self.url(f"/?Action=Unsubscribe&SubscriptionArn={self.arn}:x")}
        if subject is not None:
            fields["Subject"] = subject
        return self._signed(fields, NOTIFICATION, version, changed)

    def confirmation(self, kind="SubscriptionConfirmation", token=None, version="2", **changed):
        """Or UnsubscribeConfirmation."""
        token = token or uuid.uuid4().hex
        fields = {"Type": kind, "Token": token,
                  **self._fields(f"You have chosen to subscribe to the topic {self.arn}."),
                  "SubscribeURL": self.url("/?Action=ConfirmSubscription"
                                           f"&TopicArn={self.arn}&Token={token}")}
        return self._signed(fields, CONFIRMATION, version, changed)

    def headers(self, body):
        """Those with which SNS posts it."""
        kind = json.loads(body).get("Type", "Notification")
        return {"Content-Type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": kind,
                "x-amz-sns-message-id": str(uuid.uuid4()), "x-amz-sns-topic-arn": self.arn,
                "User-Agent": "Amazon Simple Notification Service Agent"}

    def _fields(self, message):
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {"MessageId": str(uuid.uuid4()), "TopicArn": self.arn, "Message": message,
                "Timestamp": now, "SigningCertURL": self.url(self.certificate_path)}

    def _signed(self, fields, names, version, changed):
        text = "".join(f"{name}\n{fields[name]}\n" for name in names if name in fields)
        signature = self.signer.sign(text.encode(), DIGESTS[version])
        fields.update(SignatureVersion=version, Signature=base64.b64encode(signature).decode())
        fields.update(changed)
        return json.dumps({k: v for k, v in fields.items() if v is not None}, indent=2).encode()
