"""A disk that is slow or fails: what tests/slow_disk.c does to a traild that it is preloaded into.

    with Disk() as disk, Traild(environment=disk.environment) as server:
        disk.hold = 1
"""

import mmap
import os
import struct
import tempfile

from traild import ROOT

LIBRARY = os.path.join(ROOT, "build", "slow_disk.so")

# In the order of struct disk, which says what each means.
NAMES = ["syncs", "writes", "waiting", "hold", "delay_ms", "sync_fails", "write_skips",
         "write_fails", "failure", "no_threads", "hold_skips"]


class Disk:
    def __init__(self):
        with tempfile.NamedTemporaryFile(prefix="traild-disk-", delete=False) as file:
            file.write(bytes(8 * len(NAMES)))
            file.flush()
            path, shared = file.name, mmap.mmap(file.fileno(), 8 * len(NAMES))
        self.__dict__.update(path=path, shared=shared,
                             environment={"LD_PRELOAD": LIBRARY, "SLOW_DISK": path})

    def __getattr__(self, name):
        return struct.unpack_from("q", self.shared, 8 * NAMES.index(name))[0]

    def __setattr__(self, name, value):
        struct.pack_into("q", self.shared, 8 * NAMES.index(name), value)

    def heal(self):
        """From now on all is well."""
        for name in NAMES[3:]:
            setattr(self, name, 0)

    def close(self):
        self.heal()
        self.shared.close()
        os.unlink(self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
