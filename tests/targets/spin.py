# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Without end: two threads that compute, and wait for nothing but the GIL."""
import threading


def work():
    pass


def spin():
    while True:
        for _ in range(1000):
            work()


threading.Thread(target=spin, daemon=True).start()
print("ready", flush=True)
spin()
