# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Two greenlets that take turns: one computes for 0.2 s of CPU in all, the other sleeps for 0.2 s, each in its share
of a hundredth, and each with its own frame open while the other runs."""
import time

import greenlet

SHARE = 0.01
TURNS = 20


def spin():
    begin = time.thread_time()
    while time.thread_time() - begin < SHARE:
        pass


def nap():
    time.sleep(SHARE)


def computes():
    for _ in range(TURNS):
        spin()
        sleeper.switch()


def sleeps():
    for _ in range(TURNS):
        nap()
        computer.switch()


computer = greenlet.greenlet(computes)
sleeper = greenlet.greenlet(sleeps)
computer.switch()
