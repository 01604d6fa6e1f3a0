"""What people write who have no tool: downloads every log file of a bucket, takes it apart, and
keeps the newest 50 events of one account. The next question costs the same again.

scan_bucket.py ENDPOINT BUCKET ACCOUNT prints {"events": all there were, "found": eventIDs}.
"""

import gzip
import heapq
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3

AT_ONCE = 8
WANTED = 50


def keys(s3, bucket):
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            yield item["Key"]


def main():
    endpoint, bucket, account = sys.argv[1:]
    s3 = boto3.client("s3", endpoint_url=endpoint)
    events, found = 0, []

    def fetch(key):
        return gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for body in pool.map(fetch, keys(s3, bucket)):
            records = json.loads(body)["Records"]
            events += len(records)
            found = heapq.nlargest(WANTED, found + [
                (record["eventTime"], record["eventID"]) for record in records
                if record.get("recipientAccountId") == account])
    print(json.dumps({"events": events, "found": [number for _, number in found]}))


main()
