# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Greenlets that switch away in the middle of calls of C functions, and are raised into there."""
import greenlet

GREENLETS = 10
TURNS = 50


def leaf():
    return len(())


def turn(x):
    leaf()
    hub.switch()
    leaf()
    return x


def run():
    for _ in range(TURNS):
        sorted([1], key=turn)


def rounds():
    while not all(g.dead for g in running):
        for g in running:
            g.switch()


def ended():
    """What is left of these, they leave by an exception, sorted() in between."""
    for g in [greenlet.greenlet(run) for _ in range(GREENLETS)]:
        g.switch()
        g.throw(greenlet.GreenletExit)


hub = greenlet.getcurrent()
running = [greenlet.greenlet(run) for _ in range(GREENLETS)]
rounds()
ended()
leaf()
