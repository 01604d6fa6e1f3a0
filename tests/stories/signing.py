"""Signature version 4 of AWS, to sign a request or to check one that came."""

import hashlib
import hmac
import re
import urllib.parse

ALGORITHM = "AWS4-HMAC-SHA256"
AUTHORIZATION = re.compile(ALGORITHM + r" Credential=([^/]+)/([^,]+), ?SignedHeaders=([^,]+), ?"
                           r"Signature=([0-9a-f]{64})")


def canonical(method, path, query, headers, body_hash):
    """`path` as it is signed, `query` sorted and encoded, `headers` in lower case and sorted."""
    lines = "".join(f"{name}:{' '.join(value.split())}\n" for name, value in headers.items())
    return f"{method}\n{path}\n{query}\n{lines}\n{';'.join(headers)}\n{body_hash}"


def signature(secret, scope, time, request):
    """`scope` is DAY/REGION/SERVICE/aws4_request, `time` that of x-amz-date."""
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    digest = hashlib.sha256(request.encode()).hexdigest()
    return hmac.digest(key, f"{ALGORITHM}\n{time}\n{scope}\n{digest}".encode(), "sha256").hex()


def mistake(request, service, secrets):
    """What is wrong with the signature of a request to a service other than S3 (http_fake.Request),
    or None. `secrets`: access key -> (secret, session token or None)."""
    match = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not match:
        return "no Authorization"
    access_key, scope, names, given = match.groups()
    if access_key not in secrets:
        return f"an unknown access key {access_key}"
    secret, token = secrets[access_key]
    if request.headers.get("x-amz-security-token") != token:
        return "not the session token of this key"
    time = request.headers.get("x-amz-date", "")
    if not re.fullmatch(time[:8] + f"/[a-z0-9-]+/{service}/aws4_request", scope):
        return f"the scope {scope}"
    wanted = {"host"} | {name for name in request.headers if name.startswith("x-amz-")}
    if not wanted <= set(names.split(";")) or names.split(";") != sorted(names.split(";")):
        return f"the signed headers {names}"
    headers = {name: request.headers.get(name, "") for name in names.split(";")}
    path, _, query = request.target.partition("?")
    words = sorted((urllib.parse.quote(k, safe="-._~"), urllib.parse.quote(v, safe="-._~"))
                   for k, v in urllib.parse.parse_qsl(query, keep_blank_values=True))
    text = canonical(request.method, urllib.parse.quote(path, safe="/-._~"),
                     "&".join(f"{k}={v}" for k, v in words), headers,
                     hashlib.sha256(request.body).hexdigest())
    return None if signature(secret, scope, time, text) == given else "another signature"
