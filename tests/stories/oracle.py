"""What the service should answer, worked out from the records alone: plain loops over plain dicts.

Shares no code with the service and takes no value from it. `pick` gives the event that the contract
describes, `Filter` says whether an event matches parameters as a client sends them.
"""

import ipaddress
import re
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def milliseconds(text):
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return (at - EPOCH) // timedelta(milliseconds=1)


def rfc3339(ms):
    at = EPOCH + timedelta(milliseconds=ms)
    fraction = f".{ms % 1000:03}" if ms % 1000 else ""
    return at.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def string(container, *names):
    """A text behind a path of names; None when it is absent, empty or no text."""
    for name in names:
        container = container.get(name) if isinstance(container, dict) else None
    if isinstance(container, (int, float)) and not isinstance(container, bool):
        return str(container)
    return container if isinstance(container, str) and container else None


def last_part(arn):
    return arn.rpartition("/")[2] or None if arn else None


# ---- who ----

def role_names(identity):
    arn = string(identity, "arn")
    parts = arn.split("/") if arn else []
    principal = string(identity, "principalId") or ""
    name = string(identity, "sessionContext", "sessionIssuer", "userName")
    name = name or (parts[1] if len(parts) > 1 else None)
    session = last_part(arn) if len(parts) > 2 else principal.partition(":")[2] or None
    return name, session


def kind_of(identity):
    kind = string(identity, "type")
    context = identity.get("sessionContext") or {}
    if kind == "Root":
        return "root_session" if context.get("assumedRoot") in (True, "true") else "root"
    if kind == "AWSService" or (kind is None and string(identity, "invokedBy")):
        return "aws_service"
    if kind in ("AssumedRole", "Role"):
        return "role_session"
    if kind == "IAMUser":
        key = string(identity, "accessKeyId") or ""
        temporary = key.startswith("ASIA") or context.get("attributes")
        return "user_session" if temporary else "iam_user"
    return {
        "FederatedUser": "federated_user", "SAMLUser": "identity_provider_user",
        "WebIdentityUser": "identity_provider_user", "IdentityCenterUser": "identity_center_user",
        "AWSAccount": "other_account",
    }.get(kind, "unknown")


def name_and_session(kind, identity):
    plain = string(identity, "userName") or string(identity, "principalId")
    if kind in ("root", "root_session"):
        return "root", None
    if kind == "role_session":
        return role_names(identity)
    if kind == "aws_service":
        return string(identity, "invokedBy"), None
    if kind == "federated_user":
        return last_part(string(identity, "arn")), None
    if kind in ("user_session", "iam_user"):
        return string(identity, "userName") or last_part(string(identity, "arn")), None
    if kind == "identity_provider_user":
        return string(identity, "userName"), None
    if kind == "identity_center_user":
        return string(identity, "onBehalfOf", "userId"), None
    if kind == "other_account":
        return string(identity, "principalId"), None
    return plain, None


def account_of_caller(kind, identity, recipient):
    if string(identity, "type") == "AWSService":
        return None
    if kind == "identity_provider_user":
        return recipient
    return string(identity, "accountId")


def principal(record, recipient):
    identity = record.get("userIdentity") or {}
    kind = kind_of(identity)
    name, session = name_and_session(kind, identity)
    issuer = string(identity, "sessionContext", "sessionIssuer", "arn")
    if kind == "identity_provider_user":
        issuer = string(identity, "identityProvider")
    return {
        "kind": kind, "name": name, "arn": string(identity, "arn"),
        "account": account_of_caller(kind, identity, recipient),
        "access_key": string(identity, "accessKeyId"), "session": session, "issuer": issuer,
        "via": None if kind == "aws_service" else string(identity, "invokedBy"),
    }


# ---- the event ----

def read_only(record):
    return {True: True, False: False, "true": True, "false": False}.get(record.get("readOnly"))


def resource(item):
    arn, prefix = string(item, "ARN"), string(item, "ARNPrefix")
    rest = {"type": string(item, "type"), "account": string(item, "accountId")}
    if arn is None and prefix is None and not any(rest.values()):
        return None
    return {"arn_prefix": prefix, **rest} if arn is None and prefix else {"arn": arn, **rest}


def pick(record):
    recipient = string(record, "recipientAccountId")
    return {
        "event_id": string(record, "eventID"),
        "event_time": rfc3339(milliseconds(record["eventTime"])),
        "account": recipient or string(record, "userIdentity", "accountId"),
        "region": string(record, "awsRegion"),
        "service": string(record, "eventSource"),
        "action": string(record, "eventName"),
        "read_only": read_only(record),
        "principal": principal(record, recipient),
        "source_ip": string(record, "sourceIPAddress"),
        "user_agent": string(record, "userAgent"),
        "error_code": string(record, "errorCode"),
        "error_message": string(record, "errorMessage"),
        "resources": [r for r in map(resource, record.get("resources") or []) if r],
    }


# ---- filters ----

def has_star(wanted):
    return "*" in wanted


def glob(wanted, value):
    if value is None:
        return False
    pieces = re.split(r"(\\?\*)", wanted)
    pattern = "".join({"*": ".*", "\\*": r"\*"}.get(piece, re.escape(piece)) for piece in pieces)
    return re.fullmatch(pattern, value, re.DOTALL) is not None


def address(text):
    if text is None:
        return None
    if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", text):
        text = ".".join(str(int(part)) for part in text.split("."))
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def source_matches(wanted, value):
    if "/" in wanted:
        network, parsed = ipaddress.ip_network(wanted, strict=False), address(value)
        return parsed is not None and parsed.version == network.version and parsed in network
    if address(wanted) is not None:
        return address(wanted) == address(value)
    return glob(wanted, value)


def service_matches(wanted, value):
    wanted = wanted.lower()
    return glob(wanted if "." in wanted or has_star(wanted) else wanted + ".amazonaws.com", value)


def action_matches(wanted, event):
    service, colon, action = wanted.partition(":")
    if not colon:
        return glob(wanted, event["action"])
    return service_matches(service, event["service"]) and glob(action, event["action"])


def error_matches(wanted, value):
    return value is None if wanted == "none" else glob(wanted, value)


def resource_values(event):
    for item in event["resources"]:
        for value in (item.get("arn"), item.get("arn_prefix")):
            if value:
                yield value
        if item.get("arn"):
            yield re.split("[/:]", item["arn"])[-1]


def read_only_matches(wanted, value):
    return value is not None and wanted == str(value).lower()


NAMES_SOMEBODY = ("name", "arn", "session", "issuer")

# By filter: (value wanted, event, its record) -> whether it matches.
TESTS = {
    "account": lambda w, e, r: glob(w, e["account"]),
    "region": lambda w, e, r: glob(w, e["region"]),
    "service": lambda w, e, r: service_matches(w, e["service"]),
    "action": lambda w, e, r: action_matches(w, e),
    "principal": lambda w, e, r: any(glob(w, e["principal"][n]) for n in NAMES_SOMEBODY),
    "principal_kind": lambda w, e, r: w == e["principal"]["kind"],
    "principal_account": lambda w, e, r: glob(w, e["principal"]["account"]),
    "access_key": lambda w, e, r: glob(w, e["principal"]["access_key"]),
    "source_ip": lambda w, e, r: source_matches(w, e["source_ip"]),
    "user_agent": lambda w, e, r: glob(w, e["user_agent"]),
    "error_code": lambda w, e, r: error_matches(w, e["error_code"]),
    "resource": lambda w, e, r: any(glob(w, value) for value in resource_values(e)),
    "read_only": lambda w, e, r: read_only_matches(w, e["read_only"]),
    "event_type": lambda w, e, r: glob(w, string(r, "eventType")),
    "event_category": lambda w, e, r: glob(w, string(r, "eventCategory")),
    "event_id": lambda w, e, r: w == e["event_id"],
    "import": lambda w, e, r: int(w) == e["import"],
}


class Stored:
    """An event that the service should hold: its record, the record's bytes, and what to show."""

    def __init__(self, record, text, import_id):
        self.record = record
        self.text = text
        self.event = {**pick(record), "import": import_id}
        self.ms = milliseconds(record["eventTime"])


def matches(stored, filters):
    """`filters` is a list of (name, value) as in a query string, times as milliseconds."""
    wanted = {}
    for name, value in filters:
        wanted.setdefault(name, []).append(value)
    [first], [end] = wanted.pop("from", [stored.ms]), wanted.pop("to", [stored.ms + 1])
    if not first <= stored.ms < end:
        return False
    for name, values in wanted.items():
        base, dot, _ = name.partition(".not")
        hit = any(TESTS[base](value, stored.event, stored.record) for value in values)
        if hit == bool(dot):
            return False
    return True
