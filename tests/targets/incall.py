# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Ends in the middle of calls of C functions: incall.py WAY. What is counted of each way is in tests/e2e/cfuncs."""
import ctypes
import os
import signal
import sys
import threading
import time

libc = ctypes.CDLL(None)
THREADS = 20
after = {"child": 0}


def f(x):
    return len((x,))


def calls(n):
    for i in range(n):
        f(i)


def tools():
    """What would be left of it in this interpreter."""
    if sys.version_info < (3, 12):
        return sys.getprofile()
    return [tool for tool in map(sys.monitoring.get_tool, range(6)) if tool] or None


def dies(x):
    """Its thread is gone without a word to the interpreter, whose lock ctypes has let go of."""
    libc.pthread_exit(None)


def sorts_and_dies():
    ids.append(threading.get_native_id())
    sorted([2, 1], key=dies)


def is_there(thread):
    return libc.syscall(234, os.getpid(), thread, 0) == 0  # tgkill


ids = []


def threads():
    for _ in range(THREADS):
        threading.Thread(target=sorts_and_dies, daemon=True).start()
    while len(ids) < THREADS or any(map(is_there, ids)):
        time.sleep(0.001)
    calls(100)
    os._exit(0)  # whoever waits for such a thread waits for ever


def sleeps():
    asleep.release()
    time.sleep(100)


asleep = threading.Semaphore(0)


def daemons():
    """They are in a C function as the interpreter ends."""
    for _ in range(THREADS):
        threading.Thread(target=sleeps, daemon=True).start()
    for _ in range(THREADS):
        asleep.acquire()
    calls(100)


def forks(x):
    after["child"] = os.fork()
    return x


def fork():
    """Child and parent both come out of the call."""
    found = sorted([2], key=forks)
    calls(100)
    if not after["child"]:
        print(found, tools(), flush=True)
        os._exit(0)
    os.waitpid(after["child"], 0)


def execs(x):
    os.execv(sys.executable, [sys.executable, __file__, "another"])


def another():
    calls(7)
    print(tools())


def executes():
    sorted([2], key=execs)


def leaves(x):
    os._exit(5)


def ends():
    sorted([2], key=leaves)


def kills(x):
    os.kill(os.getpid(), signal.SIGKILL)


def killed():
    sorted([2], key=kills)


def raises(x):
    sys.exit(3)


def unwound():
    """By an exception that no frame has a handler for."""
    sorted([2], key=lambda x: min([x], key=raises))


globals()[sys.argv[1]]()
