# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Calls work() as often as each line of its stdin says, and then says "done"; at first "ready"."""
import sys


def work():
    pass


print("ready", flush=True)
for line in sys.stdin:
    for _ in range(int(line)):
        work()
    print("done", flush=True)
