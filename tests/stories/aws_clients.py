"""The clients that people have for CloudTrail, pointed at a traild: the AWS CLI and boto3.

    cloudtrail = aws_clients.boto3_client(server)
    result = aws_clients.cli(server, "lookup-events", "--max-items", "3")

Debian's packages are taken, whatever else is installed, since they are what a fresh machine has;
AWSCLI and BOTO3_PYTHON name others. boto3 is for the interpreter that has it: a story that needs
it begins with `run_with_boto3()`.
"""

import functools
import os
import shutil
import subprocess
import sys
from unittest import mock

from traild import PATIENCE, environment_without_settings

DEBIAN_CLI = "/usr/bin/aws"
DEBIAN_PYTHON = "/usr/bin/python3"

# No settings of whoever runs this, and no signature that a traild would have to believe.
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secretEXAMPLE/with+signs",
    "AWS_DEFAULT_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_PAGER": "", "AWS_CLI_AUTO_PROMPT": "off", "TZ": "UTC",
}


# ---- the AWS CLI ----

def find_cli():
    """None where no release has it."""
    named = os.environ.get("AWSCLI")
    return named or (DEBIAN_CLI if os.access(DEBIAN_CLI, os.X_OK) else shutil.which("aws"))


def shell_environment():
    """In which `aws`, and `import boto3` of `python3`, are found as a person would find them."""
    found = [os.path.dirname(program) for program in (find_cli(), boto3_python()) if program]
    return {**environment_without_settings(), "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
            "PATH": os.pathsep.join([*found, os.environ["PATH"]])}


def cli(server, *arguments, environment=None, command=("cloudtrail",)):
    """Runs `aws cloudtrail ...`: returncode, stdout and stderr as text."""
    return subprocess.run(
        [find_cli(), "--endpoint-url", address(server), *command, *map(str, arguments)],
        env={**environment_without_settings(), **SETTINGS, **(environment or {})},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE,
        encoding="utf-8", check=False)


# ---- boto3 ----

def has_boto3(python):
    return subprocess.run([python, "-c", "import boto3"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


@functools.cache
def boto3_python():
    named = os.environ.get("BOTO3_PYTHON")
    return named or (DEBIAN_PYTHON if has_boto3(DEBIAN_PYTHON) else sys.executable)


def run_with_boto3():
    """Goes on in the interpreter that has boto3, with the same command, if it is not this one. To
    be called while a story is loaded, before anything has been tried."""
    os.environ["BOTO3_PYTHON"] = chosen = boto3_python()
    if os.path.realpath(chosen) != os.path.realpath(sys.executable):
        os.execv(chosen, [chosen, *sys.orig_argv[1:]])


def address(server):
    return f"http://{server.host}:{server.port}"


def boto3_client(server, **options):
    """Fails at once when the server does, instead of trying again. Further options are those of
    botocore's Config. It looks at the environment only now."""
    import boto3  # only after run_with_boto3
    from botocore.config import Config
    config = Config(retries={"total_max_attempts": 1, "mode": "standard"}, **options)
    with mock.patch.dict(os.environ, {**environment_without_settings(), **SETTINGS}, clear=True):
        session = boto3.session.Session()
        return session.client("cloudtrail", endpoint_url=address(server), config=config)
