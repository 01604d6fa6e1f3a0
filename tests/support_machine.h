/* What a machine has that shall not matter to a unit test. */
#ifndef TRAILD_TESTS_SUPPORT_MACHINE_H
#define TRAILD_TESTS_SUPPORT_MACHINE_H

/* Forgets its proxies, since all servers of unit tests are on loopback. And whoever calls this
 * waits for no disk: fsync and fdatasync, which SQLite calls, do nothing, since no unit test
 * outlives its machine. That commits do wait for the disk is shown by stories/test_disk.py. */
void machine_forget(void);

#endif
