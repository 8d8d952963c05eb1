# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Some of all that functions do, for so many seconds: figures.py SECONDS [fork]. Says a line once its threads run."""
import os
import sys
import threading
import time


def leaf(n):
    return n


def recurse(n):
    return n and recurse(n - 1)


def items(n):
    for i in range(n):
        yield leaf(i)


def fail():
    raise ValueError


def wait():
    time.sleep(0.002)


def work(n):
    if n:
        return work(n - 1)
    for i in range(100):
        leaf(i)
    recurse(30)
    list(items(20))
    try:
        fail()
    except ValueError:
        return None


def rounds(until):
    while time.monotonic() < until:
        work(0)
        wait()
        work(5)


def sleep_on(gone):
    gone.wait()


def in_child(until):
    if not os.fork():
        rounds(until)
        os._exit(0)


def main():
    until, gone = time.monotonic() + float(sys.argv[1]), threading.Event()
    threads = [threading.Thread(target=rounds, args=(until,)) for _ in range(2)]
    threads += [threading.Thread(target=sleep_on, args=(gone,)) for _ in range(2)]
    for t in threads:
        t.start()
    print("runs", flush=True)
    if "fork" in sys.argv:
        in_child(time.monotonic() + 0.1)
    rounds(until)
    gone.set()
    for t in threads:
        t.join()


main()
