# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Threads that compute while another stops them all again and again, as builds without the GIL do to collect
garbage and to fork; and one that waits for a lock. Each function's name says what it does. worlds.py"""
import gc
import os
import threading
import time

PAUSES = 0.3  # seconds, of all stops together, and of all waits for locks
LOCKS = 5


def is_stopped(begun, done):
    begun.append(True)
    n = 0
    while not done:
        n += 1


def stops_all(heap):
    begin = time.monotonic()
    while True:
        gc.collect()
        if time.monotonic() - begin > PAUSES:
            return len(heap)


def forks():
    for _ in range(50):
        pid = os.fork()
        if not pid:
            os._exit(0)
        os.waitpid(pid, 0)


def waits_for_lock(lock, asked):
    asked.append(True)
    lock.acquire()


def is_asleep(tid):
    with open(f"/proc/self/task/{tid}/stat", encoding="utf-8") as stat:
        return stat.read().rpartition(") ")[2][0] == "S"


def holds(lock, held, asked, asker):
    lock.acquire()
    held.set()
    while not asked or not is_asleep(asker):
        time.sleep(0.001)
    time.sleep(PAUSES / LOCKS)
    lock.release()


def begin(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    return thread


def lets_wait():
    """A lock that is held until it is waited for."""
    lock, held, asked = threading.Lock(), threading.Event(), []
    holder = begin(holds, lock, held, asked, threading.get_native_id())
    held.wait()
    waits_for_lock(lock, asked)
    holder.join()


begun, done = [], []
computing = [begin(is_stopped, begun, done) for _ in range(2)]
while len(begun) < len(computing):
    time.sleep(0.001)
forks()
stops_all([[i] for i in range(300_000)])
done.append(True)
for thread in computing:
    thread.join()
for _ in range(LOCKS):
    lets_wait()
