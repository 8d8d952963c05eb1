# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Threads that spin, sleep, wait for a lock and for work; prints when they did, in ns."""
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


def lived():
    span("spun", spin)
    span("slept", lambda: time.sleep(0.2))
    span("locked", held.acquire)
    span("spun again", spin)


def worked():
    span("idled", work.get)


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
