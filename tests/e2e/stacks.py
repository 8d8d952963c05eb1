# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Compares a dump with what the program said of itself: stacks.py SAID DUMP.JSON. Prints what
differs; nothing where all is right."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as f:
    said = json.loads(f.readline())
with open(sys.argv[2], encoding="utf-8") as f:
    dump = json.load(f)
threads = {t["tid"]: t for t in dump["threads"]}
named = {t["name"]: t for t in dump["threads"]}
syscalls = {"chain": ("futex",), "deep": ("futex",), "größe": ("recvfrom",),
            "sleeper \x1b[31m": ("clock_nanosleep", "pselect6", "select")}
for t in said:
    got = named.get(t["name"]) or threads[t["tid"]]
    stack = [[f["file"], f["line"], f["function"]] for f in got["frames"]]
    if stack != t["stack"]:
        print(t["name"], "has", len(stack), "frames, not", len(t["stack"]))
        for a, b in zip(stack, t["stack"]):
            if a != b:
                print("  got", a, "want", b)
    if got["name"] != t["name"]:
        print(t["name"], "is named", got["name"])
    if got["state"] != "blocked" or got["syscall"] not in syscalls[t["name"]]:
        print(t["name"], "is", got["state"], "in", got["syscall"])
hot = [f["function"] for f in threads[dump["pid"]]["frames"]]
if hot[-2:] != ["main", "<module>"] or set(hot[:-2]) > {"hot"} or len(hot) > 6:
    print("the main thread stands in", hot)
if threads[dump["pid"]]["name"] != "MainThread":
    print("the main thread is named", threads[dump["pid"]]["name"])
if len(threads) != len(said) + 1 or dump["missing"]:
    print("threads:", sorted(threads), dump["missing"])
