# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A server of three workers, each for so many requests and then replaced. prefork.py REQUESTS MORE
Says "ready" and waits for a line; then all work, until MORE workers have come and all have ended.
Its status is 0 if they ended as they should."""
import os
import sys

REQUESTS, MORE = int(sys.argv[1]), int(sys.argv[2])
read, write = os.pipe()


def handle():
    return sum(i for i in range(3))


def worker():
    os.close(write)
    os.read(read, 1)
    for _ in range(REQUESTS):
        handle()
    os._exit(7)


def start():
    if not os.fork():
        worker()


for _ in range(3):
    start()
print("ready", flush=True)
sys.stdin.readline()
os.close(write)
write = os.open("/dev/null", os.O_RDONLY)
statuses = set()
for i in range(3 + MORE):
    statuses.add(os.waitstatus_to_exitcode(os.wait()[1]))
    if i < MORE:
        start()
sys.exit(statuses != {7})
