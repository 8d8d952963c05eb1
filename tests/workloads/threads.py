# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Threads with work of their own, many short ones, some ending while others run."""
import threading

WARM = 2


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def worker(n, gate):
    fib(n)
    gate.wait()
    fib(n)


def short():
    return fib(3)


def run():
    gate = threading.Event()
    long = [threading.Thread(target=worker, args=(n, gate)) for n in (5, 8, 10)]
    for t in long:
        t.start()
    for _ in range(200):
        t = threading.Thread(target=short)
        t.start()
        t.join()
    gate.set()
    for t in long:
        t.join()


if __name__ == "__main__":
    run()
