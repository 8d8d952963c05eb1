# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Calls of every kind in several threads, for ever, each result checked; says WRONG and ends with
status 3 where one is not right."""
import os
import threading
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def generate(n):
    for i in range(n):
        yield i


def throw(n):
    if n == 0:
        raise ValueError(n)
    throw(n - 1)


def once():
    assert fib(10) == 55
    assert sum(generate(50)) == 1225
    assert sorted(range(20), key=lambda x: -x)[0] == 19
    try:
        throw(20)
    except ValueError:
        return
    assert False


def work():
    while True:
        once()


def sleep():
    """A waiting system call that is cut short would show."""
    while True:
        begin = time.monotonic()
        time.sleep(0.005)
        assert time.monotonic() - begin >= 0.005


def spawn():
    while True:
        t = threading.Thread(target=once)
        t.start()
        t.join()


def guard(f):
    try:
        f()
    except BaseException as e:
        print("WRONG", repr(e), flush=True)
        os._exit(3)


for f in (work, sleep, spawn):
    threading.Thread(target=guard, args=(f,), daemon=True).start()
print("ready", flush=True)
guard(work)
