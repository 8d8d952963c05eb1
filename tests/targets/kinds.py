# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Threads without end, each of a function of its own that waits in one way, besides for the GIL; main polls. They are so
many that a reading closes more frames which have never ended than there are elements to spare."""
import _thread
import os
import select
import time
import types

PAUSE = 0.001  # seconds


def by_sleep():
    time.sleep(PAUSE)


def by_lock():
    taken.acquire(timeout=PAUSE)


def by_poll():
    select.select([never], [], [], PAUSE)


def work():
    sum(map(abs, range(5000)))


def again(wait):
    while True:
        wait()
        work()


def root():
    waits[_thread.get_ident()] = wait = kinds.pop()
    again(wait)


def thread_of(name):
    _thread.start_new_thread(types.FunctionType(root.__code__.replace(co_name=name), globals()), ())


waits = {}
kinds = [by_lock, by_sleep] * 4
never = os.pipe()[0]
taken = _thread.allocate_lock()
taken.acquire()
for n in range(len(kinds)):
    thread_of("%s_%d" % (("sleep", "lock")[n % 2], n))
    while len(waits) <= n:
        time.sleep(0)
print("ready", flush=True)
again(by_poll)
