# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Frames that are open when it says ready, end at the first line of input, and whose functions are called again."""
import os


def inner(wait):
    if wait:
        print("ready", flush=True)
        os.read(0, 100)
        inner(False)


def middle(wait):
    inner(wait)


def outer():
    middle(True)
    for _ in range(10):
        middle(False)


outer()
print("done", flush=True)
os.read(0, 100)
