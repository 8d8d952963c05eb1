# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Recursion to the limits: of a raised recursion limit, of small stacks, and beyond the limit."""
import sys
import threading


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def endless(calls):
    calls[0] += 1
    return endless(calls)


def beyond(results):
    calls = [0]
    try:
        endless(calls)
    except RecursionError:
        results.append("RecursionError")
        began.append(calls[0])
    results.append(deep(500))


results, began = [], []
for kb in (64, 128, 256, 1024):
    threading.stack_size(kb * 1024)
    threads = [threading.Thread(target=beyond, args=(results,)) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
beyond(results)
sys.setrecursionlimit(100000)
print(results.count("RecursionError"), results.count(500), deep(40000), sum(began))
