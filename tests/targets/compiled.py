# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One loop that the JIT has compiled and that does not end while it is looked at. compiled.py call|generator|init FILE:
the first 8 bytes of the file count its turns, one of the next 8 ends it. A line when it is compiled."""
import mmap
import sys

HOT = 100_000


def called(x):
    return x + 1


def generated():
    n = 0
    while True:
        n += 1
        yield n


class Made:
    def __init__(self, x):
        self.x = x


def call(shared, most):
    n = 0
    while n < most and not shared[1]:
        n = called(n)
        shared[0] = n


def generator(shared, most):
    for n in generated():
        shared[0] = n
        if n >= most or shared[1]:
            return


def init(shared, most):
    n = 0
    while n < most and not shared[1]:
        n = Made(n).x + 1
        shared[0] = n


if __name__ == "__main__":
    with open(sys.argv[2], "r+b") as f:
        words = memoryview(mmap.mmap(f.fileno(), 16)).cast("q")
    loop = globals()[sys.argv[1]]
    loop(words, HOT)
    print("ready", flush=True)
    loop(words, sys.maxsize)
