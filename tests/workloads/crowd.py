# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Threads that stay, each waiting in frames that are open for long, and working in turns; frames that are
open call others, themselves among them."""
import _thread
import threading

THREADS = 4
TURNS = 300
WARM = 1

workers = []


class Thing:
    def __init__(self, x):
        self.x = x

    def __getitem__(self, i):
        return self.x


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def gen(n):
    for i in range(n):
        yield i


def wait(go, done):
    go.acquire()
    for i in gen(TURNS):
        Thing(i)[i]
    fib(10)
    nested(-1, go, done)
    done.release()


def nested(n, go, done):
    """Two of it are open while the thread waits."""
    if n > 0:
        return nested(n - 1, go, done)
    while n == 0:
        wait(go, done)


def run():
    if not workers:
        for _ in range(THREADS):
            locks = _thread.allocate_lock(), _thread.allocate_lock()
            for lock in locks:
                lock.acquire()
            workers.append(locks)
            threading.Thread(target=nested, args=(1, *locks), daemon=True).start()
    for go, _ in workers:
        go.release()
    for _, done in workers:
        done.acquire()


if __name__ == "__main__":
    run()
