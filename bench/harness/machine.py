"""What the figures were measured on."""

import os
import platform
import re
import subprocess

from harness.settings import ROOT
from harness.tools import version_of


def first_match(path, pattern):
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(pattern, file.read(), re.M)
    except OSError:
        found = None
    return found[1].strip() if found else "unknown"


def memory():
    kibibytes = first_match("/proc/meminfo", r"^MemTotal:\s+(\d+)")
    return f"{int(kibibytes) / 2**20:.1f} GiB" if kibibytes.isdigit() else kibibytes


def disk(place):
    """The device, its kind, and the file system of a directory."""
    command = ["findmnt", "-n", "-o", "SOURCE,FSTYPE", "-T", place]
    found = version_of(command) or "unknown unknown"
    device, kind = (found.split() + ["unknown"])[:2]
    name = os.path.basename(os.path.realpath(device))
    turning = first_match(f"/sys/block/{name}/queue/rotational", r"^(\d)")
    return f"{kind} on {device}" + {"0": ", not rotational", "1": ", rotational"}.get(turning, "")


def system():
    return first_match("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)')


def git(*arguments):
    done = subprocess.run(["git", "-C", ROOT, *arguments], stdin=subprocess.DEVNULL, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.strip()


def commit():
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs",
                  ":!README.md")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + (" with changes" if changed
                                                                    else "")


def describe(settings):
    return {
        "processor": first_match("/proc/cpuinfo", r"^model name\s*:\s*(.*)$"),
        "cores": settings.cores,
        "memory": memory(),
        "disk": disk(settings.place),
        "kernel": platform.release(),
        "system": system(),
    }
