"""Credentials as the AWS SDKs find them: each way opens the bucket, they are fetched anew before and
when they expire, and no secret is ever told."""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest

import s3_faults as faults
import s3_server
from aws_fakes import ContainerCredentials, Grant, InstanceMetadata, TokenService, sts_error
from s3_case import S3Case
from s3_trail import Trail
from traild import PATIENCE, PROGRAM, Traild, environment_without_settings, wait_until

KEY, SECRET = s3_server.ACCESS_KEY, s3_server.SECRET
IDENTITY, BEARER = "an.identity.token", "Bearer of-the-container"
ROLE = "arn:aws:iam::111122223333:role/reader"
# Younger ones are not fetched again because S3 refuses them.
JUST_FOUND = 5.1
SECRETS = [SECRET, Grant().token, IDENTITY, BEARER, "SECOND", "PROFILE+TOKEN"]


class CredentialsCase(S3Case):
    @classmethod
    def setUpClass(cls):
        cls.bucket = s3_server.bucket()
        cls.made = Trail(cls.bucket)
        cls.made.fill(accounts=1, regions=1, files=30)
        cls.made.upload()
        cls.object = cls.bucket.uri(min(cls.made.files))

    def setUp(self):
        directory = self.enterContext(tempfile.TemporaryDirectory(prefix="traild-credentials-"))
        self.folder = directory
        self.through = self.proxy()

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def reader(self, environment):
        """Knows nothing but the environment it is given."""
        values = s3_server.environment(self.through.address)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            del values[name]
        server = Traild("--s3-allow", self.bucket.name, environment={**values, **environment})
        self.addCleanup(server.close)
        return server

    def tokens(self):
        """The session tokens that S3 was sent, in order, each once."""
        return list(dict.fromkeys(request.headers.get("x-amz-security-token")
                                  for request in list(self.through.requests)))

    def check_silent(self, server, *texts):
        """Whether the log, or what was answered, tells a secret."""
        told = json.dumps([server.log, *texts])
        for secret in SECRETS:
            self.assertNotIn(secret, told)


class WaysTest(CredentialsCase):
    """Each of these gives the environment in which the server is started."""

    def environment(self):
        return {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}, None

    def environment_with_token(self):
        values, _ = self.environment()
        return {**values, "AWS_SESSION_TOKEN": Grant().token}, Grant().token

    def credentials_file(self):
        path = self.file("credentials", "[default]\naws_access_key_id = other\n"
                         f"[reader]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
                         "aws_session_token = PROFILE+TOKEN\n")
        return {"AWS_SHARED_CREDENTIALS_FILE": path, "AWS_PROFILE": "reader"}, "PROFILE+TOKEN"

    def config_file(self):
        path = self.file("config", f"[default]\naws_access_key_id={KEY}\n"
                         f"aws_secret_access_key={SECRET}\n")
        return {"AWS_CONFIG_FILE": path}, None

    def command(self):
        document = json.dumps({"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": SECRET,
                               "SessionToken": Grant().token,
                               "Expiration": Grant().expiration()})
        script = self.file("give.py", f"print({document!r})\n")
        config = f'[default]\ncredential_process = "{sys.executable}" "{script}"\n'
        return {"AWS_CONFIG_FILE": self.file("config", config)}, Grant().token

    def role(self):
        service = self.enterContext(TokenService())
        path = self.file("config", "[profile base]\n"
                         f"aws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
                         f"[profile reader]\nrole_arn = {ROLE}\nsource_profile = base\n")
        return {**service.environment(), "AWS_CONFIG_FILE": path,
                "AWS_PROFILE": "reader"}, Grant().token

    def web_identity(self):
        service = self.enterContext(TokenService(identity=IDENTITY))
        return {**service.environment(), "AWS_ROLE_ARN": ROLE,
                "AWS_WEB_IDENTITY_TOKEN_FILE": self.file("identity", IDENTITY)}, Grant().token

    def container(self):
        return self.enterContext(ContainerCredentials(BEARER)).environment(), Grant().token

    def container_with_token_file(self):
        container = self.enterContext(ContainerCredentials(BEARER))
        values = container.environment()
        del values["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        path = self.file("token", BEARER)
        return {**values, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": path}, Grant().token

    def instance(self):
        return self.enterContext(InstanceMetadata()).environment(), Grant().token

    def test_each_way(self):
        for way in (self.environment, self.environment_with_token, self.credentials_file,
                    self.config_file, self.command, self.role, self.web_identity, self.container,
                    self.container_with_token_file, self.instance):
            with self.subTest(way.__name__):
                self.through.requests.clear()
                values, token = way()
                server = self.reader(values)
                receipt = self.post(server, 201, uri=self.object)
                self.assertEqual(receipt["inserted"], 3)
                self.assertEqual(self.tokens(), [token])
                self.check_silent(server, receipt)

    def test_the_order(self):
        """What the environment says comes first, then profiles, then the container."""
        container = self.enterContext(ContainerCredentials(BEARER))
        values, token = self.credentials_file()
        server = self.reader({**container.environment(), **values})
        self.post(server, 201, uri=self.object)
        first, _ = self.environment()
        server = self.reader({**container.environment(), **values, **first, "AWS_PROFILE": ""})
        self.post(server, 201, uri=self.object)
        self.assertEqual(self.tokens(), [token, None])
        self.assertEqual(container.requests, [])


class NoneTest(CredentialsCase):
    def refused(self, environment, *texts):
        """One object, and a prefix: both say why."""
        server = self.reader(environment)
        detail = self.post(server, 502, uri=self.object)["detail"]
        error = self.ended(server, self.begin(server, self.bucket.uri()), "failed")["error"]
        for text in texts:
            self.assertIn(text, detail)
            self.assertIn(text, error)
        self.assertEqual(self.through.requests, [])
        self.check_silent(server, detail, error)
        return detail

    def test_nowhere(self):
        """Each way that was looked at is named."""
        self.refused({}, "credentials", "AWS_ACCESS_KEY_ID", "AWS_EC2_METADATA_DISABLED")

    def test_a_service_that_refuses(self):
        service = self.enterContext(TokenService(identity=IDENTITY))
        service.refusals += [sts_error(403, "AccessDenied", "Not authorized to assume")] * 9
        path = self.file("identity", IDENTITY)
        self.refused({**service.environment(), "AWS_ROLE_ARN": ROLE,
                      "AWS_WEB_IDENTITY_TOKEN_FILE": path}, "AccessDenied", "Not authorized")

    def test_a_command_that_fails(self):
        """Its own words stay in the dark: they may hold anything."""
        script = self.file("fail.py", f"import sys; print('{SECRET}'); sys.exit(3)\n")
        path = self.file("config", f'[default]\ncredential_process = "{sys.executable}" "{script}"\n')
        self.refused({"AWS_CONFIG_FILE": path}, "credential_process", "3")

    def test_a_profile_that_is_not_there(self):
        """Whoever names one wants it: the service does not start without."""
        result = subprocess.run(
            [PROGRAM, "serve", "--listen", "127.0.0.1:0", "--data", os.path.join(self.folder, "d"),
             "--s3-allow", self.bucket.name], check=False, stderr=subprocess.PIPE, timeout=PATIENCE,
            env={**environment_without_settings(), "AWS_PROFILE": "nobody",
                 "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull})
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"AWS_PROFILE=nobody: there is no such profile", result.stderr)

    def test_the_service_starts_and_serves_without(self):
        server = self.reader({})
        self.assertEqual(server.get("/readyz").status, 200)
        body = self.bucket.get(min(self.made.files)).body
        self.assertEqual(server.upload(body).status, 201)


class RefreshTest(CredentialsCase):
    def container(self, **options):
        container = self.enterContext(ContainerCredentials(BEARER, **options))
        return container, self.reader(container.environment())

    def test_they_are_fetched_once(self):
        container, server = self.container()
        self.check_counters(self.imported(server, self.bucket.uri()), done=30)
        self.assertEqual(len(container.requests), 1)
        self.assertEqual(self.tokens(), [Grant().token])

    def test_before_they_expire(self):
        """In the last quarter of their time others are fetched."""
        container, server = self.container(given=Grant(seconds=4))
        self.post(server, 201, uri=self.object)
        container.given = Grant(token="SECOND")

        def renewed():
            self.post(server, 200, uri=self.object)
            return "SECOND" in self.tokens()

        wait_until(renewed, "others")
        self.imported(server, self.bucket.uri())
        self.assertEqual(self.tokens(), [Grant().token, "SECOND"])
        self.assertEqual(len(container.requests), 2)

    def test_in_the_middle_of_an_import(self):
        """S3 says that they have expired, before their time."""
        container, server = self.container()
        self.post(server, 201, uri=self.object)
        time.sleep(JUST_FOUND)

        def expire(passage):
            container.given = Grant(token="SECOND")
            faults.status(400, "ExpiredToken")(passage)

        self.through.rule(expire, target=r"\.json\.gz", skip=10, times=1)
        receipt = self.imported(server, self.bucket.uri())
        self.check_counters(receipt, done=29, known=1)
        self.assertEqual(self.ids(server), self.made.event_ids())
        self.assertEqual(self.tokens(), [Grant().token, "SECOND"])
        self.assertEqual(len(container.requests), 2)
        self.check_silent(server, receipt)

    def test_that_stay_expired(self):
        """An import waits for others, and says so."""
        container, server = self.container()
        self.through.rule(faults.status(400, "ExpiredToken"), target=r"\.json\.gz", skip=10)
        number = self.begin(server, self.bucket.uri())

        def waits():
            reason = self.receipt(server, number)["progress"]["waiting_for"]
            return "ExpiredToken" in (reason or "")

        wait_until(waits, "the end of the session")
        container.given = Grant(token="SECOND")
        self.through.heal()
        self.check_counters(self.ended(server, number), done=30)
        self.assertEqual(self.ids(server), self.made.event_ids())

    def test_nothing_is_asked_for_while_nothing_is_wanted(self):
        container, server = self.container()
        self.assertEqual(server.get("/readyz").status, 200)
        self.assertEqual(server.get("/v1/trails").json(), {"trails": []})
        self.assertEqual((container.requests, self.through.requests), ([], []))


if __name__ == "__main__":
    unittest.main()
