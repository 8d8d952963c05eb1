# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Threads, recursion, time."""
import concurrent.futures
import threading
import time

import bpfprof
from bpfprof import Profiler
from support import busy, hits


def test_hundreds_of_threads():
    profiler = Profiler()

    @profiler.track(0, "outer")
    def work(n):
        for _ in range(n):
            with profiler.block(1, "inner"):
                time.sleep(0)

    threads = [threading.Thread(target=work, args=(20,)) for _ in range(300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    start = time.perf_counter()
    data = profiler.get_all_thread_data()
    assert time.perf_counter() - start < 1
    assert len(data) == 300 and hits(profiler) == {(0, "outer"): 300, (1, "inner"): 6000}
    for results in data.values():
        outer, inner = results.tracks[0].blocks[0], results.tracks[1].blocks[0]
        assert (outer.hit_count, inner.hit_count) == (1, 20)
        assert outer.own_time_ns == outer.total_time_ns - inner.total_time_ns


def test_reading_while_threads_write():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: None)

    def run():
        for _ in range(20000):
            tracked()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    last = 0
    while any(thread.is_alive() for thread in threads):
        now = profiler.get_results().total_hits
        assert last <= now <= 80000
        last = now
    assert hits(profiler) == {(0, "t"): 80000}


def test_a_pool():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda n: n * 2)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tracked, range(1000))) == [n * 2 for n in range(1000)]
    assert hits(profiler) == {(0, "t"): 1000}


def test_recursion_is_counted_once():
    profiler = Profiler()

    @profiler.track(0)
    def deep(n):
        busy(100000)
        return n and deep(n - 1)

    start = time.perf_counter_ns()
    deep(9)
    elapsed = time.perf_counter_ns() - start
    block = profiler.get_results().tracks[0].blocks[0]
    assert block.hit_count == 10 and 1000000 <= block.total_time_ns <= elapsed * 1.001
    assert block.own_time_ns == block.total_time_ns == block.max_time_ns
    assert block.min_time_ns >= 100000


def test_time_is_wall_time():
    profiler = Profiler()
    with profiler.block(0, "first"):
        pass
    start = time.perf_counter_ns()
    with profiler.block(0, "sleep"):
        time.sleep(0.05)
    elapsed = time.perf_counter_ns() - start
    block = profiler.get_results().tracks[0].blocks[1]
    assert 50000000 * 0.999 <= block.total_time_ns <= elapsed * 1.001
    assert block.histogram[block.total_time_ns.bit_length() - 1] == 1


def test_histogram():
    block = bpfprof.ProfileBlock("b", "f", 1)
    assert block.avg_time_ns == 0.0 and block.p99_ns == 0
    for ns in (0, 1, 2, 3, 4, 1000, 1023, 1024):
        block.record_time(ns)
    assert block.histogram[:3] == [2, 2, 1] and block.histogram[9:11] == [2, 1]
    assert (block.hit_count, block.min_time_ns, block.max_time_ns) == (8, 0, 1024)
    assert block.p50_ns == 3 and block.p99_ns == 1024 and block.percentile_ns(80) == 1023
