"""Starts the S3 server of the tests and stops it when nobody needs it any more.

keeper.py DIRECTORY, with {"users": [[name, access key, secret], ..]} on its standard input; answers
one line, {"port": N} or {"error": text}. Three locks in DIRECTORY say how things stand; they are
the kernel's, so that they are right whatever is killed:

    gate    held for a moment by who looks whether there is a keeper, and starts one
    users   shared by everybody who needs the server; the keeper waits until it gets it alone
    keeper  held by the keeper, which writes there what it has answered

Its end is the other way round: the server is gone before `keeper` is free, and `keeper` before
`users`, so that whoever comes meanwhile finds either a server that stays or no keeper.
"""

import fcntl
import json
import os
import signal
import sys
import time

from ceph import Ceph, CephError

LOOK_SECONDS = 0.2
# A daemon that ends while it starts has met another program, on its port or in want of memory.
ATTEMPTS = 3


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


def wait_until_unused(ceph, users):
    while not is_free(users):
        if ceph.ended():
            sys.exit(f"keeper.py: ended by themselves: {ceph.ended()}")
        time.sleep(LOOK_SECONDS)


def keep(ceph, lock, directory):
    """Until nobody needs it, or it ends by itself."""
    with open(os.path.join(directory, "users"), "ab") as users:
        try:
            answer(lock, port=ceph.port)
            wait_until_unused(ceph, users)
        finally:
            ceph.stop()
            lock.close()


def started(directory, users, attempts=ATTEMPTS):
    """A cluster that serves."""
    ceph = Ceph(os.path.join(directory, "cluster"), users)
    try:
        ceph.start()
        return ceph
    except BaseException as error:
        ended = ceph.ended()
        ceph.stop()
        if not ended or attempts == 1:
            raise
        print(f"keeper.py: once more: {error}", file=sys.stderr, flush=True)
    return started(directory, users, attempts - 1)


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
            ceph = started(directory, users)
        except CephError as error:
            answer(lock, error=str(error))
            sys.exit(f"keeper.py: {error}")
        keep(ceph, lock, directory)


main()
