"""What is measured beside traild, or measures it, and is not part of the project: found on this
machine, or fetched into build/bench. What cannot be had is named, and its part left out."""

import os
import re
import shutil
import subprocess

from harness import processes
from harness.settings import ROOT

PEERS = os.path.join(ROOT, "bench", "peers")


def in_packages(place, name):
    """A program that was unpacked."""
    for folder in ("usr/sbin", "usr/bin"):
        path = os.path.join(place, "tools", folder, name)
        if os.path.exists(path):
            return path
    return None


def fetch_packages(place, packages):
    """Unpacks packages of the system without installing them: no service is started and nobody has
    to be root."""
    folder = os.path.join(place, "tools")
    os.makedirs(folder, exist_ok=True)
    user = processes.run(["id", "-un"]).strip()
    processes.run(["apt-get", "download", "-qq", "-o", f"APT::Sandbox::User={user}", *packages],
                  cwd=folder)
    for name in os.listdir(folder):
        if name.endswith(".deb"):
            processes.run(["dpkg-deb", "-x", name, "."], cwd=folder)
            os.remove(os.path.join(folder, name))


def find_program(place, name, packages, missing):
    """Its path, or None when it cannot be had."""
    found = shutil.which(name) or in_packages(place, name)
    if found:
        return found
    try:
        fetch_packages(place, packages)
    except (OSError, RuntimeError) as error:
        missing.append(f"{name}: apt-get download {' '.join(packages)}: {reason(error)}")
        return None
    return in_packages(place, name)


def reason(error):
    """The line of a failed program that says most, which is not always the last one."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if re.match(r"(E: |npm (error|ERR!) \S+ )", line)
               and not re.match(r"npm \S+ (code|errno|A complete log)", line)]
    return (telling or lines or ["no reason given"])[0][:300]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def install_peers(place, missing):
    """The directory that holds their packages, in the exact versions of bench/peers/package.json,
    or None."""
    folder = os.path.join(place, "peers")
    mark = os.path.join(folder, "installed")
    wanted = read(os.path.join(PEERS, "package.json"))
    if os.path.exists(mark) and read(mark) == wanted:
        return folder
    if not shutil.which("node") or not shutil.which("npm"):
        missing.append("DuckDB, ClickHouse: node and npm are not there")
        return None
    os.makedirs(folder, exist_ok=True)
    shutil.copy(os.path.join(PEERS, "package.json"), folder)
    try:
        processes.run(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"],
                      cwd=folder)
    except RuntimeError as error:
        missing.append(f"DuckDB, ClickHouse: npm install: {reason(error)}")
        return None
    with open(mark, "wb") as file:
        file.write(wanted)
    return folder


def version_of(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False,
                          stderr=subprocess.STDOUT, text=True)
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else None
