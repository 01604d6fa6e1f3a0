"""One SQS queue on loopback, with the JSON protocol: long polling, visibility, batches that fail in
part.

    with Queue() as queue:
        queue.put(body)
        Traild("--queue", queue.url, environment=queue.environment())
        queue.wait_until_empty()
"""

import hashlib
import json
import threading
import time
import uuid

import s3_server
import signing
from http_fake import Fake
from traild import wait_until

TYPE = "application/x-amz-json-1.0"
BATCH = 10


class _Message:
    def __init__(self, body):
        self.id = str(uuid.uuid4())
        self.body = body
        self.visible_at = 0.0
        self.received = 0
        self.receipt = None


class QueueError(Exception):
    """An answer of 400 with this name, as it stands in __type."""


class Queue(Fake):
    """`visibility` in seconds, unless the client asks for another. No poll waits longer than
    `longest_wait` seconds, whatever it asks for, so that stories are quick."""

    def __init__(self, visibility=30, longest_wait=2, secrets=None, **options):
        self.visibility = visibility
        self.longest_wait = longest_wait
        self.secrets = secrets or {s3_server.ACCESS_KEY: (s3_server.SECRET, None)}
        self.deleted = []  # bodies
        self.failing_deletes = 0  # so many entries of the next batches fail
        self.refusals = []  # (status, name) to answer the next requests with
        self._messages = []
        self._changed = threading.Condition()
        super().__init__(**options)
        self.url = f"{self.address}/111122223333/story-queue"

    def environment(self):
        return {"AWS_ENDPOINT_URL_SQS": self.address, "AWS_REGION": s3_server.REGION,
                "AWS_ACCESS_KEY_ID": s3_server.ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY": s3_server.SECRET}

    def put(self, body):
        with self._changed:
            self._messages.append(_Message(body))
            self._changed.notify_all()

    def show(self):
        """As if the time of all that are hidden had passed. Once is enough: whoever has one already
        could not delete it any more, were it handed out again."""
        with self._changed:
            for message in self._messages:
                message.visible_at = 0.0
            self._changed.notify_all()

    def bodies(self):
        """Of those that nobody has deleted."""
        with self._changed:
            return [message.body for message in self._messages]

    def receives(self, body):
        """How often this one was handed out."""
        with self._changed:
            return sum(message.received for message in self._messages if message.body == body)

    def wait_until_empty(self):
        wait_until(lambda: not self.bodies(), "the queue to be empty")

    def actions(self):
        """What was asked for, in order: ReceiveMessage..."""
        return [self._action(request) for request in list(self.requests)]

    @staticmethod
    def _action(request):
        return request.headers.get("x-amz-target", "").removeprefix("AmazonSQS.")

    def serve(self, exchange):
        with self._changed:
            refusal = self.refusals.pop(0) if self.refusals else None
        try:
            if refusal:
                return self._refuse(exchange, *refusal)
            self._check(exchange.request)
            answer = self._act(exchange)
        except QueueError as error:
            return self._refuse(exchange, 400, str(error))
        body = json.dumps(answer).encode() if answer is not None else b""
        return exchange.answer(200, body, [("Content-Type", TYPE),
                                           ("x-amzn-RequestId", str(uuid.uuid4()))])

    def _refuse(self, exchange, status, name):
        body = json.dumps({"__type": f"com.amazonaws.sqs#{name}", "message": f"{name}, injected"})
        exchange.answer(status, body.encode(), [("Content-Type", TYPE),
                                                ("x-amzn-RequestId", str(uuid.uuid4()))])

    def _check(self, request):
        mistake = signing.mistake(request, "sqs", self.secrets)
        if mistake:
            raise QueueError(f"InvalidSignatureException: {mistake}")
        if request.headers.get("content-type") != TYPE or request.method != "POST":
            raise QueueError("InvalidAddress")

    def _act(self, exchange):
        asked = json.loads(exchange.request.body)
        if asked.get("QueueUrl") != self.url:
            raise QueueError("QueueDoesNotExist")
        action = self._action(exchange.request)
        if action == "ReceiveMessage":
            return self._receive(exchange, asked)
        if action in ("DeleteMessage", "ChangeMessageVisibility"):
            self._change(action == "DeleteMessage", asked)
            return None
        if action in ("DeleteMessageBatch", "ChangeMessageVisibilityBatch"):
            return self._batch(action == "DeleteMessageBatch", asked["Entries"])
        raise QueueError("UnsupportedOperation")

    def _receive(self, exchange, asked):
        most = asked.get("MaxNumberOfMessages", 1)
        wait = asked.get("WaitTimeSeconds", 0)
        if not 1 <= most <= BATCH or not 0 <= wait <= 20:
            raise QueueError("InvalidParameterValue")
        end = time.monotonic() + min(wait, self.longest_wait)
        visibility = asked.get("VisibilityTimeout", self.visibility)
        while True:
            with self._changed:
                # A process that was killed is handed nothing any more.
                taken = [] if exchange.client_has_gone() else self._take(most, visibility)
                left = end - time.monotonic()
                if taken or left <= 0 or self.released.is_set():
                    return {"Messages": taken} if taken else {}
                self._changed.wait(min(left, 0.1))

    def _take(self, most, visibility):
        now = time.monotonic()
        ready = [message for message in self._messages if message.visible_at <= now][:most]
        for message in ready:
            message.visible_at = now + visibility
            message.received += 1
            message.receipt = uuid.uuid4().hex
        return [{"MessageId": message.id, "ReceiptHandle": message.receipt, "Body": message.body,
                 "MD5OfBody": hashlib.md5(message.body.encode()).hexdigest(),
                 "Attributes": {"ApproximateReceiveCount": str(message.received)}}
                for message in ready]

    def _change(self, delete, entry):
        with self._changed:
            found = [item for item in self._messages if item.receipt == entry["ReceiptHandle"]]
            if not found:
                raise QueueError("ReceiptHandleIsInvalid")
            if delete:
                self.deleted.append(found[0].body)
                self._messages.remove(found[0])
            else:
                found[0].visible_at = time.monotonic() + entry["VisibilityTimeout"]

    def _batch(self, delete, entries):
        if not 1 <= len(entries) <= BATCH:
            raise QueueError("TooManyEntriesInBatchRequest" if entries else "EmptyBatchRequest")
        if len({entry["Id"] for entry in entries}) != len(entries):
            raise QueueError("BatchEntryIdsNotDistinct")
        answer = {"Successful": [], "Failed": []}
        for entry in entries:
            try:
                if delete and self._delete_fails():
                    raise QueueError("InternalError")
                self._change(delete, entry)
                answer["Successful"].append({"Id": entry["Id"]})
            except QueueError as error:
                answer["Failed"].append({"Id": entry["Id"], "SenderFault": False,
                                         "Code": str(error), "Message": f"{error}, injected"})
        return {kind: entries for kind, entries in answer.items() if entries}

    def _delete_fails(self):
        with self._changed:
            self.failing_deletes -= 1
            return self.failing_deletes >= 0
