"""What a Proxy (s3_proxy.py) can do to a request: each of these gives a function for a rule.

The S3 server has answered rightly before anything is done to its answer; what stands instead of an
answer never reaches the server.
"""

import functools

REQUEST_ID = "FAULT0123456789A"


def _named(make):
    """The fault's name is what the proxy writes beside the request."""
    @functools.wraps(make)
    def wrapper(*arguments, **options):
        fault = make(*arguments, **options)
        fault.__name__ = make.__name__
        return fault
    return wrapper


# ---- the connection ----

@_named
def no_answer():
    """Reset before a byte of the answer."""
    return lambda passage: passage.reset()


@_named
def cut(after, orderly=False, then=None):
    """So many bytes of the body, whose true length was told, and the end: a reset, or as if that
    had been all. `then` is called before the end, to change something meanwhile."""
    def fault(passage):
        answer = passage.ask()
        passage.head(answer.status, answer.headers, len(answer.body))
        passage.send(answer.body[:after])
        if then:
            then()
        passage.handler.wfile.flush()
        if orderly:
            passage.end()
        else:
            passage.reset()
    return fault


@_named
def stall(after=None):
    """So many bytes of the body (None: not even a status), then nothing until the proxy releases;
    then the rest."""
    def fault(passage):
        answer = passage.ask()
        if after is not None:
            passage.head(answer.status, answer.headers, len(answer.body))
            passage.send(answer.body[:after])
        passage.wait()
        if after is None:
            passage.answer(answer.status, answer.body, answer.headers)
        else:
            passage.send(answer.body[after:])
    return fault


@_named
def drip(piece=1, pause=0.05):
    """All of it, a little at a time."""
    def fault(passage):
        answer = passage.ask()
        passage.head(answer.status, answer.headers, len(answer.body))
        for start in range(0, len(answer.body), piece):
            passage.send(answer.body[start:start + piece])
            passage.wait(pause)
    return fault


@_named
def endless(piece=b"x" * 65536, told=None):
    """Goes on until the client has enough, or `release`. `told`: the length it is said to have."""
    def fault(passage):
        passage.head(200, [("Content-Type", "binary/octet-stream"), ("ETag", '"endless"')], told)
        while not passage.wait(0):
            passage.send(piece)
        passage.end()
    return fault


@_named
def wrong_length(more):
    """Tells a length that is so much larger (or smaller, if negative) than what comes."""
    def fault(passage):
        answer = passage.ask()
        passage.answer(answer.status, answer.body, answer.headers, len(answer.body) + more)
        passage.end()
    return fault


# ---- what is said ----

def error_body(code, message, **more):
    fields = {"Code": code, "Message": message, **more, "RequestId": REQUEST_ID, "HostId": "fault"}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'.encode()


@_named
def status(number, code, message="Injected", headers=(), **more):
    """S3's way to refuse: status(503, "SlowDown"), status(400, "ExpiredToken")... `more` are
    further elements of its XML."""
    def fault(passage):
        passage.answer(number, error_body(code, message, **more), [
            ("x-amz-request-id", REQUEST_ID), ("Content-Type", "application/xml"), *headers])
    return fault


@_named
def bare_status(number, body=b"", headers=()):
    """As what stands before S3 refuses: no XML."""
    return lambda passage: passage.answer(number, body, headers)


@_named
def redirect(number=301, header_region=None, body_region=None, location=None):
    """This is the wrong region: 301 PermanentRedirect, 307 TemporaryRedirect, or 400
    AuthorizationHeaderMalformed; the right one in x-amz-bucket-region, in <Region>, or nowhere."""
    code = {301: "PermanentRedirect", 307: "TemporaryRedirect"}.get(
        number, "AuthorizationHeaderMalformed")
    headers = [("x-amz-bucket-region", header_region)] if header_region else []
    headers += [("Location", location)] if location else []
    more = {"Region": body_region} if body_region else {}
    return status(number, code, "The bucket is in another region", headers, **more)


@_named
def garbage(body=b"<ListBucketResult><Contents><Key>\xff\x00<<&", number=200):
    """Something else than what was asked for."""
    return lambda passage: passage.answer(number, body, [("Content-Type", "application/xml")])


# ---- the object ----

@_named
def damaged(at=0, bytes_=b"\xde\xad\xbe\xef"):
    """The object with some bytes changed, as long as it was."""
    def fault(passage):
        answer = passage.ask()
        body = answer.body[:at] + bytes_ + answer.body[at + len(bytes_):]
        passage.answer(answer.status, body[:len(answer.body)], answer.headers)
    return fault


@_named
def rewritten(headers):
    """The answer with other headers: {"ETag": '"x"'}, or None to leave one out."""
    def fault(passage):
        answer = passage.ask()
        names = {name.lower() for name in headers}
        kept = [pair for pair in answer.headers if pair[0].lower() not in names]
        kept += [pair for pair in headers.items() if pair[1] is not None]
        passage.answer(answer.status, answer.body, kept)
    return fault


@_named
def after(call):
    """Calls and then passes on: to change a bucket between two requests."""
    def fault(passage):
        call()
        passage.pass_on()
    return fault
