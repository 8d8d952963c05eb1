# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Blocks of the package bpfprof in threads, recursion, generators and around calls; prints what the
package itself has counted, a line a block."""
import threading

import bpfprof

p = bpfprof.Profiler("Outer")
p.set_track_name(1, "DB")


@p.track(0)
def tracked(n):
    with p.block(1, "inside"):
        return helper(n)


def helper(n):
    with p.block(2, "deep"):
        return [leaf(i) for i in range(2)]


def leaf(i):
    return i


def recurse(n):
    with p.block(3, "recurse"):
        if n:
            recurse(n - 1)


def generate():
    for i in range(3):
        with p.block(4, "in a generator"):
            x = leaf(i)
        yield x


def raises():
    with p.block(5, "raises"):
        raise ValueError


def work():
    for i in range(50):
        tracked(i)
        recurse(3)
        list(generate())
        try:
            raises()
        except ValueError:
            pass


threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
work()
for t in p.get_results().tracks:
    for b in t.blocks:
        print(f"{t.track_idx},{b.name},{b.hit_count}")
