# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Threads that spin, sleep, wait for a lock and for work, each wait in pieces: Linux 6.18 as a guest leaves out a
switch now and then. Prints when they did, in ns."""
import queue
import threading
import time

spans = {}
held, work = threading.Lock(), queue.Queue()


def span(name, do):
    begun = time.monotonic_ns()
    do()
    spans[name] = [begun, time.monotonic_ns()]


def spin():
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        pass


def sleep():
    for _ in range(10):
        time.sleep(0.02)


def lock():
    while not held.acquire(timeout=0.02):
        pass


def idle():
    while True:
        try:
            return work.get(timeout=0.05)
        except queue.Empty:
            pass


def lived():
    span("spun", spin)
    span("slept", sleep)
    span("locked", lock)
    span("spun again", spin)


def worked():
    span("idled", idle)


held.acquire()
threads = [threading.Thread(target=f, name=f.__name__) for f in (lived, worked)]
for t in threads:
    t.start()
while "slept" not in spans:
    time.sleep(0.01)
time.sleep(0.2)
held.release()
work.put(1)
for t in threads:
    t.join()
print(spans)
