# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Does what it is told, a line each, and answers with a line: is a process whose C functions are counted."""
import os
import sys

from_outside = sys.stdin.readline


def work(n):
    for i in range(n):
        [].append(len(()))
    return "done"


def tools():
    """The tools of sys.monitoring that are taken, and their events."""
    monitoring = sys.monitoring
    return " ".join("%d:%s" % (i, monitoring.get_tool(i)) for i in range(6) if monitoring.get_tool(i)) or "none"


def child():
    """What a forked child finds after its first calls."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        work(3)
        os.write(writer, tools().encode())
        os._exit(0)
    os.waitpid(pid, 0)
    return os.read(reader, 100).decode()


def take(n):
    """Takes the tools that nobody else would have."""
    for i in range(3, 3 + n):
        sys.monitoring.use_tool_id(i, "the program")
    return "taken"


def forbid():
    """An audit hook that lets nobody watch."""
    def hook(event, args):
        if event.startswith("sys.monitoring"):
            raise RuntimeError("no watching")
    sys.addaudithook(hook)
    return "forbidden"


def do(command, *args):
    return globals()[command](*map(int, args))


print("ready", flush=True)
while line := from_outside():
    print(do(*line.split()), flush=True)
