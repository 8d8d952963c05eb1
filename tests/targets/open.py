# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Threads that stand where they are: blocked in queue.get, sleep and accept, in a loop of one frame, deep down, in a
generator; and one that calls now and then. open.py [N [DEPTH]]: and N threads that sleep. A line when all stand there."""
import queue
import socket
import sys
import threading
import time


def getter():
    queue.Queue().get()


def sleeper():
    time.sleep(10000)


def acceptor():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen()
    s.accept()


def deep(n):
    if n:
        deep(n - 1)
    else:
        time.sleep(10000)


def generate():
    yield 1
    time.sleep(10000)


def consumer():
    suspended = (x for x in ())
    for _ in generate():
        pass
    del suspended


def leaf():
    pass


def caller():
    while True:
        leaf()
        time.sleep(.001)


def looper():
    n = 0
    print("ready", flush=True)
    while True:
        n += 1


def start(n, target, *args):
    for _ in range(n):
        threading.Thread(target=target, args=args, daemon=True).start()


def depths():
    """How many frames each thread has."""
    def depth(f):
        n = 0
        while f:
            n, f = n + 1, f.f_back
        return n
    return {thread: depth(f) for thread, f in sys._current_frames().items() if thread != threading.get_ident()}


def wait_for(n, depth):
    """Until n threads are where they begin, which is beneath three frames of threading's, and one is deep down."""
    while len(now := depths()) < n or min(now.values()) < 4 or max(now.values()) < depth + 4:
        time.sleep(.1)


if __name__ == "__main__":
    many, depth = int(sys.argv[1]) if len(sys.argv) > 1 else 0, int(sys.argv[2]) if len(sys.argv) > 2 else 300
    sys.setrecursionlimit(depth + 1000)
    threading.stack_size(256 * 1024 if depth < 1000 else 512 * 1024 * 1024)
    for target in (getter, acceptor, consumer, caller):
        start(1, target)
    start(1, deep, depth)
    threading.stack_size(256 * 1024)
    start(1 + many, sleeper)
    wait_for(6 + many, depth)
    looper()
