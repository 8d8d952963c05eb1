# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Threads that keep the GIL while all others sleep for it, by its own record: at least how long each kept it, times
those that waited, as the last line says, by number. holders.py launched|attached ROUNDS; attached, from a line of stdin on."""
import ctypes
import json
import os
import sys
import threading
import time

KEEP = 0.02  # seconds
WANTING = 3
libc = ctypes.PyDLL(None)  # its calls keep the GIL
buffer = ctypes.create_string_buffer(4096)
wanting = []  # their numbers
kept, numbers = {}, {}  # ns, of each that keeps it; its number
counts = over = False


def read(tid, name):
    """As open() does, but keeps the GIL."""
    fd = libc.openat(int(sys.argv[3]), b"self/task/%d/%s" % (tid, name), os.O_RDONLY)
    n = libc.read(fd, buffer, len(buffer))
    libc.close(fd)
    return buffer.raw[:max(n, 0)]


def waits(tid):
    """For the GIL: who has it knows no other lock of theirs. 219: a stop has interrupted it."""
    nr, address = (read(tid, b"syscall").split() + [b"", b"0"])[:2]
    return nr in (b"202", b"219") and int(address, 16) > 4096


def slept():
    """How often each of them went to sleep until now, once all wait for the GIL."""
    for tid in wanting:
        while not waits(tid):
            libc.usleep(100)
    return [line for tid in wanting for line in read(tid, b"status").splitlines() if line.startswith(b"voluntary")]


def asleep():
    libc.usleep(int(KEEP * 1e6))


def running():
    end = time.monotonic() + KEEP
    while time.monotonic() < end:
        pass


def in_c():
    sum(range(1_000_000))


def at_last():
    asleep()


def keep(how):
    before = slept()
    begin = time.monotonic_ns()
    how()
    end = time.monotonic_ns()
    if counts and slept() == before:  # none was woken meanwhile
        kept[how.__name__] += (end - begin) * WANTING


def keeps(how, rounds):
    numbers[how.__name__] = threading.get_native_id()
    kept[how.__name__] = 0
    while len(wanting) < WANTING:
        time.sleep(0.001)
    while rounds and not over:
        keep(how)
        rounds -= counts
        time.sleep(0.001)


def wants():
    wanting.append(threading.get_native_id())
    while not over:
        time.sleep(0.0002)


sys.setswitchinterval(1000)  # nobody asks for it: who has it lets it go
counts = sys.argv[1] == "launched"
keepers = [threading.Thread(target=keeps, args=(how, int(sys.argv[2])), name=how.__name__) for how in (asleep, running, in_c)]
threads = [threading.Thread(target=wants) for _ in range(WANTING)] + keepers
for t in threads:
    t.start()
if not counts:
    while not all(kept.get(t.name) == 0 for t in keepers):
        time.sleep(0.001)
    print("ready", flush=True)
    sys.stdin.readline()
    counts = True
for t in keepers:
    t.join()
kept["at_last"], numbers["at_last"] = 0, threading.get_native_id()
over = True  # who wants it ends as soon as it has it
keep(at_last)
for t in threads:
    t.join()
print(json.dumps([(numbers[name], ns) for name, ns in kept.items()]), flush=True)
if sys.argv[1] == "attached":
    sys.stdin.readline()
