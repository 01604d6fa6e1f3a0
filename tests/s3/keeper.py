"""Starts the S3 server of the tests and stops it when nobody needs it any more.

keeper.py DIRECTORY, with {"users": [[name, access key, secret], ..]} on its standard input; answers
one line, {"port": N} or {"error": text}. Three locks in DIRECTORY say how things stand; they are
the kernel's, so that they are right whatever is killed:

    gate    held for a moment by who looks whether there is a keeper, and starts one
    users   shared by everybody who needs the server; the keeper waits until it gets it alone
    keeper  held by the keeper, which writes there what it has answered
"""

import fcntl
import json
import os
import signal
import sys
import time

from ceph import Ceph, CephError

LOOK_SECONDS = 0.2


def is_free(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def answer(lock, **values):
    """Who has started this one need not wait for its end, so the pipe is closed."""
    text = json.dumps(values)
    lock.truncate(0)
    lock.write(text + "\n")
    lock.flush()
    print(text, flush=True)
    sys.stdout = None
    os.close(1)


def wait_until_unused(ceph, directory):
    with open(os.path.join(directory, "users"), "ab") as users:
        while not is_free(users):
            if ceph.ended():
                raise CephError(f"ended by themselves: {ceph.ended()}")
            time.sleep(LOOK_SECONDS)
        ceph.stop()  # whoever comes now waits for the lock, and then finds no keeper


def keep(directory, users, lock):
    ceph = Ceph(os.path.join(directory, "cluster"), users)
    try:
        try:
            ceph.start()
        except CephError as error:
            answer(lock, error=str(error))
            raise
        answer(lock, port=ceph.port)
        wait_until_unused(ceph, directory)
    finally:
        ceph.stop()


def stop(*_):
    sys.exit(1)


def main():
    directory = os.path.abspath(sys.argv[1])
    users = json.load(sys.stdin)["users"]
    signal.signal(signal.SIGTERM, stop)
    with open(os.path.join(directory, "keeper"), "a", encoding="utf-8") as lock:
        if not is_free(lock):
            sys.exit("keeper.py: there is one already")
        try:
            keep(directory, users, lock)
        except CephError as error:
            sys.exit(f"keeper.py: {error}")


main()
