# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Without end: put() alone writes, nap() alone sleeps, think() and work() do neither."""
import os
import tempfile
import time

file = tempfile.TemporaryFile()
fd = file.fileno()


def put():
    os.pwrite(fd, b"x" * 100, 0)


def nap():
    time.sleep(1e-5)


def work():
    pass


def think():
    for _ in range(2000):
        work()


def turn():
    for _ in range(200):
        put()
    for _ in range(20):
        nap()
    think()


print("ready", flush=True)
while True:
    turn()
