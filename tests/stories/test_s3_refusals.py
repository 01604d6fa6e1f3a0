"""What S3 refuses is told in its own words, with the request's number; what lies in another region is
found there."""

import re
import unittest

import s3_faults as faults
import s3_server
from s3_case import S3Case
from s3_trail import Trail


class RefusalTest(S3Case):
    """The S3 server's own refusals."""

    def setUp(self):
        self.bucket = s3_server.bucket()
        self.bucket.put("k.json", b'{"Records":[]}')

    def refused(self, status, uri, *texts, **environment):
        server = self.server("--s3-allow", uri.split("/")[2], **environment)
        detail = self.post(server, status, uri=uri)["detail"]
        for text in (uri, "request ", *texts):
            self.assertIn(text, detail)
        for secret in (s3_server.SECRET, s3_server.STRANGER_SECRET):
            self.assertNotIn(secret, detail)
        prefix = uri.rpartition("/")[0] + "/"
        error = self.ended(server, self.begin(server, prefix), "failed")["error"]
        return error

    def test_a_stranger(self):
        error = self.refused(502, self.bucket.uri("k.json"), "AccessDenied", "HTTP 403",
                             "credentials from environment",
                             AWS_ACCESS_KEY_ID=s3_server.STRANGER_KEY,
                             AWS_SECRET_ACCESS_KEY=s3_server.STRANGER_SECRET)
        self.assertIn("AccessDenied", error)

    def test_an_unknown_key(self):
        error = self.refused(502, self.bucket.uri("k.json"), "InvalidAccessKeyId",
                             AWS_ACCESS_KEY_ID="AKIDNOBODY")
        self.assertIn("InvalidAccessKeyId", error)

    def test_a_wrong_secret(self):
        error = self.refused(502, self.bucket.uri("k.json"), "SignatureDoesNotMatch",
                             AWS_SECRET_ACCESS_KEY="wrong")
        self.assertIn("SignatureDoesNotMatch", error)

    def test_no_bucket(self):
        error = self.refused(422, "s3://there-is-no-such-bucket/k.json", "NoSuchBucket",
                             "HTTP 404")
        self.assertIn("NoSuchBucket", error)

    def test_no_key(self):
        server = self.server("--s3-allow", self.bucket.name)
        uri = self.bucket.uri("none.json")
        detail = self.post(server, 422, uri=uri)["detail"]
        self.assertRegex(detail, rf"^{re.escape(uri)}: NoSuchKey.*HTTP 404, request \S+")
        detail = self.post(server, 422, uri=self.bucket.uri("AWSLogs"))["detail"]
        self.assertIn("a prefix, it must end in /", detail)
        receipt = self.imported(server, self.bucket.uri("none/"))
        self.check_counters(receipt)

    def test_what_is_not_allowed(self):
        server = self.server("--s3-allow", f"{self.bucket.name}/logs")
        for key in ("k.json", "logs2/k.json", "", "log"):
            with self.subTest(key=key):
                detail = self.post(server, 403, uri=self.bucket.uri(key))["detail"]
                self.assertIn("--s3-allow", detail)
        self.post(server, 422, uri=self.bucket.uri("logs/k.json"))
        self.post(self.server(), 403, uri=self.bucket.uri("k.json"))


class RegionTest(S3Case):
    """The first answers say that the bucket is in another region."""

    REDIRECTS = [
        ("301", faults.redirect(301, header_region="eu-west-3")),
        ("301, told in the body", faults.redirect(301, body_region="eu-west-3")),
        ("307", faults.redirect(307, header_region="eu-west-3", location="http://192.0.2.1/")),
        ("400", faults.redirect(400, header_region="eu-west-3")),
        ("400, told in the body", faults.redirect(400, body_region="eu-west-3")),
    ]

    def test_a_bucket_of_another_region(self):
        bucket = s3_server.bucket()
        made = Trail(bucket)
        made.fill(accounts=1, regions=1, files=10)
        made.upload()
        for name, redirect in self.REDIRECTS:
            with self.subTest(name):
                through = self.proxy()
                through.rule(redirect, times=1)
                server = self.server("--s3-allow", bucket.name, proxy=through)
                self.check_counters(self.imported(server, bucket.uri()), done=10)
                regions = [self.region(request) for request in through.requests]
                self.assertEqual(regions, ["us-east-1"] + ["eu-west-3"] * (len(regions) - 1))

    @staticmethod
    def region(request):
        return re.search(r"Credential=[^/]+/\d+/([^/]+)/s3/", request.headers["authorization"])[1]


if __name__ == "__main__":
    unittest.main()
