"""boto3 as people call it, asked for LookupEvents: lookup_events.py ENDPOINT. It reads a JSON
object a line and writes one; times are taken in here."""

import json
import sys
import time

import boto3


def timed(calls):
    """Nanoseconds of each."""
    times = []
    for call in calls:
        began = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - began)
    return times


def ids(page):
    return [event["EventId"] for event in page["Events"]]


class Asked:
    """What `do` may name."""

    def __init__(self, endpoint):
        self.client = boto3.client("cloudtrail", endpoint_url=endpoint)

    def version(self):
        return {"version": f"boto3 {boto3.__version__}, Python {sys.version.split()[0]}"}

    def answers(self, **request):
        return {"answers": [ids(self.client.lookup_events(**wanted)) for wanted in request["all"]]}

    def time(self, **request):
        return {"times": timed((lambda wanted=wanted: self.client.lookup_events(**wanted))
                               for wanted in request["all"])}

    def page(self, **request):
        """The newest events by the paginator, a page of 50 after the other."""
        return {"times": timed(lambda: self.read(request["events"])
                               for _ in range(request["times"]))}

    def read(self, events):
        pages = self.client.get_paginator("lookup_events").paginate(
            PaginationConfig={"MaxItems": events})
        found = {number for page in pages for number in ids(page)}
        if len(found) != events:
            raise RuntimeError(f"{len(found)} events instead of {events}")


def main():
    asked = Asked(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(asked, request.pop("do"))(**request)
        except Exception as error:  # whatever it is, who asked is told
            answer = {"failed": repr(error)}
        print(json.dumps(answer), flush=True)


main()
