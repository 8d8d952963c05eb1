# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Counts what uprobes on the markers of a file see while a command runs, as a profiler outside of
the process would. Root, in a mount namespace of its own. uprobes.py FILE OFFSET[,OFFSET...] COMMAND...; prints a count for each."""

import os
import subprocess
import sys

TRACEFS = "/sys/kernel/tracing"


def write(name, text):
    # not open("a"): Python would seek, which tracefs refuses
    file = os.open(f"{TRACEFS}/{name}", os.O_WRONLY | os.O_APPEND)
    try:
        os.write(file, text.encode() + b"\n")
    finally:
        os.close(file)


def main():
    path, offsets = os.path.realpath(sys.argv[1]), sys.argv[2].split(",")
    group = f"bpfproftest{os.getpid()}"
    if not os.path.exists(f"{TRACEFS}/uprobe_events"):
        subprocess.run(["mount", "-t", "tracefs", "tracefs", TRACEFS], check=True)
    for i, offset in enumerate(offsets):
        write("uprobe_events", f"p:{group}/p{i} {path}:{int(offset):#x}")
    try:
        write(f"events/{group}/enable", "1")
        subprocess.run(sys.argv[3:], check=True, stdout=subprocess.DEVNULL, timeout=60)
        with open(f"{TRACEFS}/uprobe_profile") as file:
            counts = {line.split()[-2]: line.split()[-1] for line in file}
        print(" ".join(counts[f"p{i}"] for i in range(len(offsets))))
    finally:
        write(f"events/{group}/enable", "0")
        for i in range(len(offsets)):
            write("uprobe_events", f"-:{group}/p{i}")


main()
