# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The package bpfprof on one interpreter: each function below that starts with test_ is a case.
test_package.py LABEL; the package is found by PYTHONPATH."""

import asyncio
import concurrent.futures
import contextlib
import copy
import csv
import ctypes
import functools
import gc
import inspect
import io
import json
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types

import bpfprof
from bpfprof import Profiler, _core, _profiler

HERE = pathlib.Path(__file__).resolve()


def line_here():
    return sys._getframe(1).f_lineno


def blocks_of(profiler):
    """[(track, name, line, hits)] in the order of the results."""
    return [
        (track.track_idx, block.name, block.line, block.hit_count)
        for track in profiler.get_results().tracks.values()
        for block in track.blocks.values()
    ]


def hits(profiler):
    return {(t, name): n for t, name, _, n in blocks_of(profiler)}


def raises(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError(f"{kind.__name__} was not raised")


def busy(ns):
    until = time.perf_counter_ns() + ns
    while time.perf_counter_ns() < until:
        pass


# --- the documented use ---------------------------------------------------------------------------


def test_documented_example():
    profiler = Profiler("MyApp")
    assert profiler.is_started()

    @profiler.track(0, "process_data")
    def process(data):
        with profiler.block(1, "parse"):
            parsed = [int(x) for x in data]
        with profiler.block(1, "sum"):
            return sum(parsed)

    profiler.set_track_name(0, "Main")
    profiler.set_track_name(1, "Steps")
    assert [process(["1", "2"]) for _ in range(10)] == [3] * 10
    results = profiler.get_results()
    assert results.profiler_name == "MyApp"
    assert [track.track_idx for track in results.tracks] == [0, 1]
    assert [track.track_name for track in results.tracks] == ["Main", "Steps"]
    assert results.total_hits == 30 and results.get_track(1).total_hits == 20
    assert results.get_track(7) is None and results.tracks[0].get_block(9) is None
    block = results.tracks[0].blocks[0]
    assert (block.name, block.file, block.hit_count) == ("process_data", str(__file__), 10)
    assert block.min_time_ns <= block.avg_time_ns <= block.max_time_ns
    assert block.avg_time_ns == block.total_time_ns / 10
    inner = results.tracks[1].total_time_ns
    assert block.own_time_ns == block.total_time_ns - inner > 0
    assert results.total_time_ns == block.total_time_ns + inner
    assert repr(profiler) == "Profiler(name='MyApp', tracks=2, threads=1, started=True)"
    assert sum(block.histogram) == 10 and block.p50_ns <= block.p99_ns <= block.max_time_ns


def test_exports_of_the_package():
    for name in bpfprof.__all__:
        assert hasattr(bpfprof, name), name
    assert bpfprof.__version__.count(".") == 2
    assert Profiler().name == "Profiler"


def test_the_call_site_is_found_the_fast_way():
    assert _profiler._learn()


def test_decorator_is_like_functools_wraps():
    profiler = Profiler()

    def plain(a, b: int = 2, *rest, key=None, **more) -> str:
        """Says so."""
        return (a, b, rest, key, more)

    plain.tag = "x"
    tracked = profiler.track(3)(plain)
    assert tracked.__name__ == "plain" and tracked.__doc__ == "Says so."
    assert tracked.__qualname__ == plain.__qualname__ and tracked.__module__ == plain.__module__
    assert tracked.__wrapped__ is plain and tracked.tag == "x"
    assert tracked.__annotations__ == plain.__annotations__ and tracked.__defaults__ == (2,)
    assert inspect.signature(tracked) == inspect.signature(plain)
    assert tracked.__code__ is plain.__code__ and callable(tracked)
    assert tracked(1) == (1, 2, (), None, {})
    assert tracked(1, 3, 4, key=5, z=6) == (1, 3, (4,), 5, {"z": 6})
    assert tracked(*[1], **{"b": 9}) == (1, 9, (), None, {})
    assert functools.partial(tracked, 8)(key=1) == (8, 2, (), 1, {})
    raises(TypeError, tracked)
    raises(AttributeError, getattr, tracked, "nothing")
    tracked.note = 1
    assert tracked.note == 1 and not hasattr(plain, "note")
    assert "plain" in repr(tracked)
    first = plain.__code__.co_firstlineno
    assert blocks_of(profiler) == [(3, "plain", first, 5)]


def test_methods():
    profiler = Profiler()

    class Thing:
        @profiler.track(0)
        def method(self, x=1):
            return self, x

        @profiler.track(0)
        @staticmethod
        def static(x):
            return x

        @staticmethod
        @profiler.track(0)
        def static_outside(x):
            return x

        @profiler.track(0)
        @classmethod
        def by_class(cls, x):
            return cls, x

        @classmethod
        @profiler.track(0)
        def by_class_outside(cls, x):
            return cls, x

        @property
        @profiler.track(0)
        def value(self):
            return 42

    class Sub(Thing):
        pass

    thing = Sub()
    for _ in range(3):
        assert thing.method() == (thing, 1) and thing.method(x=2) == (thing, 2)
        assert Thing.method(thing, 3) == (thing, 3)
        bound = thing.method
        assert bound(4) == (thing, 4) and bound.__self__ is thing
        assert thing.static(1) == Thing.static(1) == thing.static_outside(1) == 1
        assert thing.by_class(1) == Sub.by_class_outside(1) == (Sub, 1)
        assert thing.value == 42
    assert list(inspect.signature(thing.method).parameters) == ["x"]
    assert hits(profiler) == {
        (0, "method"): 12,
        (0, "static"): 6,
        (0, "static_outside"): 3,
        (0, "by_class"): 3,
        (0, "by_class_outside"): 3,
        (0, "value"): 3,
    }


def test_other_callables():
    profiler = Profiler()
    where = line_here() + 1
    length = profiler.track(0)(len)
    make = profiler.track(0, "make")(type("Made", (), {"__init__": lambda self, a=0: None}))
    part = profiler.track(0)(functools.partial(int, base=2))
    assert length([1, 2]) == 2 and part("101") == 5 and make(a=1) and make()
    assert raises(TypeError, length)
    assert [(b[1], b[2], b[3]) for b in blocks_of(profiler)] == [
        ("len", where, 2),
        ("make", where + 1, 2),
        ("partial", where + 2, 1),
    ]


@Profiler("at module level").track(0)
def pickled(x):
    return x + 1


def test_pickle_copy_weak_references_and_garbage():
    import weakref

    assert pickle.loads(pickle.dumps(pickled)) is pickled
    assert copy.deepcopy(pickled) is pickled
    profiler = Profiler()
    tracked = profiler.track(0)(lambda: None)
    tracked.itself = tracked
    gone = weakref.ref(tracked)
    del tracked
    gc.collect()
    assert gone() is None
    results = pickle.loads(pickle.dumps(profiler.get_results()))
    assert results == profiler.get_results()


def test_values_and_exceptions_pass():
    profiler = Profiler()
    sentinel = object()

    @profiler.track(0)
    def give(x):
        return x

    @profiler.track(0)
    def fail():
        busy(20000)
        raise KeyError("no")

    assert give(sentinel) is sentinel
    for _ in range(3):
        assert raises(KeyError, fail) == "'no'"
        try:
            with profiler.block(1, "body") as got:
                assert got is None
                busy(20000)
                raise ValueError("body")
        except ValueError as error:
            assert traceback.extract_tb(error.__traceback__)[-1].line == 'raise ValueError("body")'
    found = {b.name: b for t in profiler.get_results().tracks for b in t.blocks}
    assert found["fail"].hit_count == 3 and found["fail"].min_time_ns >= 20000
    assert found["body"].hit_count == 3 and found["body"].min_time_ns >= 20000

    def leave():
        with profiler.block(2, "left"):
            return 5

    for _ in range(2):
        with profiler.block(2, "continued"):
            continue
    assert leave() == 5 and hits(profiler)[(2, "left")] == 1
    assert hits(profiler)[(2, "continued")] == 2


# --- the faults of stichotrope that are not to be -------------------------------------------------


def test_a_the_global_switch_holds_at_the_call():
    profiler = Profiler()
    bpfprof.set_global_enabled(False)
    try:
        assert not bpfprof.is_global_enabled()
        late = profiler.track(0, "late")(lambda: 1)
        late()
        with profiler.block(0, "b"):
            pass
    finally:
        bpfprof.set_global_enabled(True)
    assert bpfprof.is_global_enabled() and blocks_of(profiler) == []
    late()
    bpfprof.set_global_enabled(False)
    late()
    bpfprof.set_global_enabled(True)
    assert hits(profiler) == {(0, "late"): 1}


def in_thread(call, *args):
    box = []
    thread = threading.Thread(target=lambda: box.append(call(*args)))
    thread.start()
    thread.join()
    return box[0]


def test_b_track_switches_hold_in_all_threads():
    profiler = Profiler()

    @profiler.track(4)
    def work():
        with profiler.block(5, "inside"):
            return 1

    profiler.set_track_enabled(4, False)
    assert not profiler.is_track_enabled(4) and profiler.is_track_enabled(5)
    assert work() == in_thread(work) == 1
    assert hits(profiler) == {(5, "inside"): 2}
    in_thread(profiler.set_track_enabled, 4, True)
    work()
    assert hits(profiler) == {(4, "work"): 1, (5, "inside"): 3}
    profiler.stop()
    in_thread(work)
    assert not profiler.is_started() and hits(profiler)[(4, "work")] == 1
    profiler.start()
    work()
    assert hits(profiler)[(4, "work")] == 2


def test_c_track_names_hold_in_all_threads():
    profiler = Profiler()
    tracked = profiler.track(0)(lambda: 1)
    tracked()
    in_thread(profiler.set_track_name, 0, "Named elsewhere")
    profiler.set_track_name(9, "Empty")
    assert [t.track_name for t in profiler.get_results().tracks] == ["Named elsewhere", "Empty"]


def test_d_call_sites_are_told_apart():
    profiler = Profiler()
    where = line_here() + 2
    for _ in range(3):
        with profiler.block(0, "same"):
            pass
        with profiler.block(0, "same"):
            pass
        with profiler.block(0, "one"), profiler.block(0, "one"):
            pass
    line = line_here() + 1
    for name in ("p", "q", "p"):
        with profiler.block(0, name):
            pass
    assert blocks_of(profiler) == [
        (0, "same", where, 3),
        (0, "same", where + 2, 3),
        (0, "one", where + 4, 6),
        (0, "p", line + 1, 2),
        (0, "q", line + 1, 1),
    ]
    assert profiler.get_results().tracks[0].blocks[0].file == str(__file__)


def test_e_tracks_iterate_and_index():
    profiler = Profiler()
    for index in (5, 2):
        with profiler.block(index, "b"):
            pass
    tracks = profiler.get_results().tracks
    assert [track.track_idx for track in tracks] == [2, 5] and len(tracks) == 2
    assert list(tracks.keys()) == [2, 5] and 5 in tracks and 3 not in tracks
    assert [index for index, _ in tracks.items()] == [2, 5] and tracks.get(3) is None
    assert all(tracks[track] is track and track in tracks for track in tracks)
    assert sorted(tracks) == [2, 5] and isinstance(tracks, dict)
    assert dict(tracks) == {2: tracks[2], 5: tracks[5]}
    assert [block.name for block in tracks[2].blocks] == ["b"]


def test_f_export_to_paths_and_files():
    profiler = Profiler("out")
    with profiler.block(0, "b"):
        pass
    results = profiler.get_results()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.csv")
        assert bpfprof.export_csv(results, path) == ""
        profiler.export_csv(pathlib.Path(folder) / "y.csv")
        text = bpfprof.export_csv(results)
        for name in ("x.csv", "y.csv"):
            with open(os.path.join(folder, name), newline="") as file:
                assert file.read() == text
        out = io.StringIO()
        assert bpfprof.export_json(results, out) == "" and json.loads(out.getvalue())
        profiler.export_json(path, indent=None)
        with open(path) as file:
            line = file.read()
        assert "\n" not in line and json.loads(line) == json.loads(out.getvalue())


def test_h_results_are_of_all_threads():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: 1)
    for _ in range(3):
        in_thread(tracked)
    tracked()
    assert hits(profiler) == {(0, "t"): 4}


def test_i_block_indices_start_at_0():
    profiler = Profiler()
    for track in (1, 2):
        with profiler.block(track, "a"):
            pass
        with profiler.block(track, "b"):
            pass
    for track in profiler.get_results().tracks:
        assert list(track.blocks.keys()) == [0, 1]
        assert track.get_block(1).name == "b"


def test_j_clear_while_threads_run():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: 1)
    turn, answer = threading.Semaphore(0), threading.Semaphore(0)

    def run():
        for _ in range(2):
            turn.acquire()
            tracked()
            answer.release()

    thread = threading.Thread(target=run)
    thread.start()
    turn.release()
    answer.acquire()
    assert hits(profiler) == {(0, "t"): 1}
    with profiler.block(1, "open"):
        profiler.clear()
        assert hits(profiler) == {}
    assert hits(profiler) == {(1, "open"): 1}
    profiler.clear()
    turn.release()
    thread.join()
    tracked()
    assert hits(profiler) == {(0, "t"): 2}


def test_k_threads_do_not_merge():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: threading.get_native_id())
    ids = [in_thread(tracked) for _ in range(5)] + [tracked()]
    data = profiler.get_all_thread_data()
    assert sorted(data) == sorted(ids) and len(data) == 6
    for key, results in data.items():
        assert results.total_hits == 1 and results.thread_id == key
        assert results.profiler_name == profiler.name
    assert "threads=6" in repr(profiler)


def test_l_enabled_in_json():
    profiler = Profiler()
    for track in (0, 1):
        with profiler.block(track, "b"):
            pass
    profiler.set_track_enabled(1, False)
    document = json.loads(bpfprof.export_json(profiler.get_results()))
    assert [t["enabled"] for t in document["tracks"]] == [True, False]


# --- threads ---------------------------------------------------------------------------------------


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


# --- time -----------------------------------------------------------------------------------------


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


# --- what runs and stops ----------------------------------------------------------------------------


def test_generators_are_timed_while_they_run():
    profiler = Profiler()

    @profiler.track(0)
    def count(n):
        for i in range(n):
            busy(50000)
            got = yield i
            if got:
                yield got
        return "done"

    assert inspect.isgeneratorfunction(count)
    numbers = count(3)
    assert hits(profiler) == {}
    seen = []
    for i in numbers:
        time.sleep(0.002)
        seen.append(i)
    assert seen == [0, 1, 2]
    block = profiler.get_results().tracks[0].blocks[0]
    assert block.hit_count == 4 and 150000 <= block.total_time_ns < 6000000

    def delegate():
        return (yield from count(1))

    outer = delegate()
    assert next(outer) == 0 and outer.send("sent") == "sent"
    try:
        next(outer)
    except StopIteration as stop:
        assert stop.value == "done"
    thrown = count(2)
    next(thrown)
    assert raises(KeyError, thrown.throw, KeyError("x")) == "'x'"
    closed = count(2)
    next(closed)
    closed.close()
    assert list(closed) == []


def test_coroutines_are_timed_while_they_run():
    profiler = Profiler()

    @profiler.track(0)
    async def wait(n):
        busy(50000)
        await asyncio.sleep(0.02)
        busy(50000)
        return n

    assert inspect.iscoroutinefunction(wait) and asyncio.iscoroutinefunction(wait)

    async def main():
        task = asyncio.ensure_future(wait(3))
        return await asyncio.gather(wait(1), wait(2), task)

    assert asyncio.run(main()) == [1, 2, 3]
    block = profiler.get_results().tracks[0].blocks[0]
    assert block.hit_count == 6 and 300000 <= block.total_time_ns < 20000000
    assert block.min_time_ns >= 50000

    @profiler.track(1)
    async def fail():
        await asyncio.sleep(0)
        raise ValueError("inside")

    assert raises(ValueError, asyncio.run, fail()) == "inside"

    async def cancelled():
        task = asyncio.ensure_future(wait(1))
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return "cancelled"

    assert asyncio.run(cancelled()) == "cancelled"


def test_asynchronous_generators():
    profiler = Profiler()
    ended = []

    @profiler.track(0)
    async def count(n):
        try:
            for i in range(n):
                await asyncio.sleep(0)
                got = yield i
                if got:
                    yield got
        except KeyError:
            yield "caught"
        finally:
            ended.append(n)

    assert inspect.isasyncgenfunction(count)

    async def main():
        assert [i async for i in count(3)] == [0, 1, 2]
        sent = count(1)
        assert await sent.__anext__() == 0 and await sent.asend("x") == "x"
        await sent.aclose()
        thrown = count(2)
        await thrown.__anext__()
        assert await thrown.athrow(KeyError("k")) == "caught"
        await thrown.aclose()

    asyncio.run(main())
    assert ended == [3, 1, 2]
    # three times to the sleep and three to the value, then to the end
    profiler.clear()

    async def three():
        return [i async for i in count(3)]

    asyncio.run(three())
    assert hits(profiler) == {(0, "count"): 7}


def test_types_coroutine():
    profiler = Profiler()

    @profiler.track(0)
    @types.coroutine
    def old():
        yield
        return 5

    async def main():
        return await old()

    assert asyncio.run(main()) == 5 and hits(profiler) == {(0, "old"): 2}


def test_blocks_of_tasks_overlap():
    profiler = Profiler()

    async def request(n):
        with profiler.block(0, "request"):
            await asyncio.sleep(0.001 * (n % 7))
            with profiler.block(1, f"kind {n % 3}"):
                await asyncio.sleep(0.001 * (n % 5))

    async def main():
        with profiler.block(2, "main"):
            await asyncio.gather(*(request(n) for n in range(90)))

    start = time.perf_counter_ns()
    asyncio.run(main())
    elapsed = time.perf_counter_ns() - start
    assert hits(profiler) == {
        (0, "request"): 90,
        (1, "kind 0"): 30,
        (1, "kind 1"): 30,
        (1, "kind 2"): 30,
        (2, "main"): 1,
    }
    for track in profiler.get_results().tracks:
        for block in track.blocks:
            assert 0 < block.total_time_ns <= elapsed * 1.001, block
            assert block.max_time_ns <= block.total_time_ns


# --- odd uses ---------------------------------------------------------------------------------------


def test_context_managers_by_hand():
    profiler = Profiler()
    with contextlib.ExitStack() as stack:
        for name in "abc":
            stack.enter_context(profiler.block(0, name))
    one, two = profiler.block(1, "one"), profiler.block(1, "two")
    assert isinstance(one, contextlib.AbstractContextManager) and "'one'" in repr(one)
    one.__enter__()
    two.__enter__()
    assert "already" in raises(RuntimeError, one.__enter__)
    one.__exit__(None, None, None)
    one.__exit__(None, None, None)
    two.__exit__(None, None, None)
    profiler.block(1, "never begun").__exit__(None, None, None)
    with one:
        pass
    raises(TypeError, one, 1)
    raises(TypeError, type(one).__enter__, 5)
    expected = {(0, "a"): 1, (0, "b"): 1, (0, "c"): 1, (1, "one"): 2, (1, "two"): 1}
    assert hits(profiler) == expected
    profiler.stop()
    with contextlib.ExitStack() as stack:
        stack.enter_context(profiler.block(0, "off"))
    assert hits(profiler) == expected


def test_a_block_that_is_dropped_open_ends():
    profiler = Profiler()

    def enter():
        for name in ("x", "y"):
            profiler.block(0, name).__enter__()

    enter()
    enter()
    enter()
    assert hits(profiler) == {(0, "x"): 2, (0, "y"): 2}
    with profiler.block(1, "after"):
        pass
    assert hits(profiler)[(1, "after")] == 1


def test_recursive_blocks_at_one_site():
    profiler = Profiler()

    def down(n):
        with profiler.block(0, "level"):
            return n and down(n - 1)

    down(50)
    down(50)
    assert hits(profiler) == {(0, "level"): 102}


def test_switched_while_open():
    profiler = Profiler()

    @profiler.track(0)
    def stops():
        profiler.stop()

    @profiler.track(0)
    def starts():
        profiler.start()

    stops()
    starts()
    with profiler.block(1, "open"):
        profiler.stop()
    with profiler.block(1, "shut"):
        profiler.start()
    assert hits(profiler) == {(0, "stops"): 1, (1, "open"): 1}


def test_arguments():
    profiler = Profiler()
    with profiler.block(track_idx=2, name="by name"), profiler.block(2, name="half"):
        pass
    with profiler.block(True, 17):
        pass
    assert hits(profiler) == {(2, "by name"): 1, (2, "half"): 1, (1, "17"): 1}
    for bad in ((), (1,), (1, "a", 2)):
        raises(TypeError, profiler.block, *bad)
    raises(TypeError, profiler.block, 1, nome="a")
    raises(TypeError, profiler.block, 1, "a", name="b")
    raises(TypeError, profiler.block, "one", "a")
    for track in (-1, 1024, 2**40):
        assert "0 to 1023" in raises(ValueError, profiler.block, track, "a")
        raises(ValueError, profiler.track(track), len)
        raises(ValueError, profiler.set_track_enabled, track, True)
        raises(ValueError, profiler.set_track_name, track, "a")
        raises(ValueError, profiler.is_track_enabled, track)
    raises(OverflowError, profiler.block, 2**70, "a")
    with profiler.block(1023, "last"):
        pass
    raises(RuntimeError, Profiler.__new__(Profiler).block, 1, "a")


class Control(ctypes.Structure):
    """struct bpfprof_control"""

    _fields_ = [
        ("magic", ctypes.c_uint64),
        ("bytes", ctypes.c_uint32),
        ("off", ctypes.c_uint32),
        ("clears", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("track_off", ctypes.c_uint8 * 1024),
        ("track_name", ctypes.c_char_p * 1024),
    ]


def test_switched_from_outside():
    control = Control.in_dll(ctypes.CDLL(_core.__file__), "bpfprof_control")
    assert control.bytes == ctypes.sizeof(Control) == 9240
    profiler = Profiler()
    tracked = profiler.track(6)(lambda: 1)

    @profiler.track(8)
    def generate():
        yield

    def run():
        tracked()
        list(generate())
        with profiler.block(7, "b"):
            pass

    run()
    control.off = 1
    run()
    control.off = 0
    control.track_off[6] = control.track_off[8] = 1
    run()
    assert hits(profiler) == {(6, "<lambda>"): 1, (7, "b"): 2, (8, "generate"): 2}
    control.track_off[6] = control.track_off[8] = 0
    with profiler.block(7, "b"):
        control.off = 1
    control.off = 0
    assert profiler.get_results().total_hits == 6
    control.clears += 1
    assert hits(profiler) == {}
    run()
    assert profiler.get_results().total_hits == 4
    profiler.set_track_name(6, "caf\u00e9")
    assert control.track_name[6] == "caf\u00e9".encode()


ODD_NAMES = ["a,b", 'quo"te', "two\nlines", "caf\u00e9 \U0001f40d", "\udc80", "nul\0nul", "", " x "]


def test_odd_names():
    profiler = Profiler('odd "name", \u00e9')
    for name in ODD_NAMES:
        with profiler.block(0, name):
            pass
        profiler.track(1, name)(len)(())
    profiler.set_track_name(0, "a,\n\u03bc")
    for track in profiler.get_results().tracks:
        assert [block.name for block in track.blocks] == ODD_NAMES
    text = bpfprof.export_csv(profiler.get_results())
    # before 3.11 the csv module does not read the NUL that it writes
    rows = list(csv.reader(io.StringIO(text.replace("\0", "0"), newline="")))
    assert [row[1] for row in rows[1:]] == [name.replace("\0", "0") for name in ODD_NAMES] * 2
    document = json.loads(bpfprof.export_json(profiler.get_results()))
    assert [block["name"] for block in document["tracks"][0]["blocks"]] == ODD_NAMES
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with contextlib.redirect_stdout(out):
        profiler.print_results()


def test_ten_thousand_blocks():
    profiler = Profiler()
    names = [f"block {i}" for i in range(10000)]
    for _ in range(3):
        for i, name in enumerate(names):
            with profiler.block(i % 7, name):
                pass
    source = "\n".join(f"with profiler.block(9, 'site'):  # {i}\n pass" for i in range(10000))
    code = compile(source, "generated.py", "exec")
    for _ in range(2):
        exec(code, {"profiler": profiler})
    results = profiler.get_results()
    assert results.total_hits == 50000 and results.lost == 0
    found = {b.name: b.hit_count for t in results.tracks if t.track_idx != 9 for b in t.blocks}
    assert found == dict.fromkeys(names, 3)
    sites = list(results.tracks[9].blocks.values())
    assert [(b.line, b.hit_count) for b in sites] == [(2 * i + 1, 2) for i in range(10000)]


def test_code_that_comes_and_goes():
    profiler = Profiler()
    for i in range(300):
        space = {}
        exec(compile(f"\n\ndef f(p):\n with p.block(0, 'x'):\n  return {i}", f"f{i}.py", "exec"), space)
        assert space["f"](profiler) == i
        del space
        gc.collect(0)
    blocks = list(profiler.get_results().tracks[0].blocks.values())
    assert [(b.file, b.line, b.hit_count) for b in blocks] == [(f"f{i}.py", 4, 1) for i in range(300)]


def test_profilers_are_apart():
    one, two = Profiler("same"), Profiler("same")

    def both():
        for profiler in (one, two, one):
            with profiler.block(0, "b"):
                pass

    both()
    two.stop()
    both()
    assert hits(one) == {(0, "b"): 4} and hits(two) == {(0, "b"): 1}
    one.clear()
    assert hits(one) == {} and hits(two) == {(0, "b"): 1}
    tracked = Profiler("gone").track(0)(lambda: 7)
    gc.collect()
    assert tracked() == 7


def test_subclass():
    class Mine(Profiler):
        def block(self, track_idx, name):
            return super().block(track_idx, "my " + name)

    profiler = Mine("sub")
    with profiler.block(0, "b"):
        pass
    assert hits(profiler) == {(0, "my b"): 1}


def refused(error, call):
    try:
        call()
    except error:
        return True
    return False


def test_subclass_that_skips_init():
    class Skips(Profiler):
        def __init__(self):
            pass

    other = Profiler("other")
    with other.block(0, "b"):
        pass
    calls = (
        lambda p: p.start(),
        lambda p: p.is_started(),
        lambda p: p.set_track_enabled(0, True),
        lambda p: p.is_track_enabled(0),
        lambda p: p.block(0, "b"),
        lambda p: p.track(0)(len),
        lambda p: p.clear(),
        lambda p: p.get_results(),
        lambda p: p.get_all_thread_data(),
        lambda p: p.export_csv(os.devnull),
        repr,
    )
    for call in calls:
        for profiler in Skips(), Profiler.__new__(Profiler):
            assert refused((RuntimeError, AttributeError), lambda: call(profiler))
    assert refused(RuntimeError, _core.Recorder.__new__(_core.Recorder)._clear)
    assert hits(other) == {(0, "b"): 1}


def test_blocks_come_from_block_alone():
    with Profiler("p").block(0, "b"):
        pass
    block = type(Profiler("p").block(0, "b"))
    method = type(vars(block)["__enter__"])
    for made in block, method:
        assert refused(TypeError, made)
        assert refused(TypeError, lambda: object.__new__(made))


def test_no_references_are_lost():
    profiler = Profiler()
    argument = object()
    tracked = profiler.track(0)(lambda *args, **kwargs: args)
    name = "".join(["fresh", " name"])
    for on in (True, False):
        bpfprof.set_global_enabled(on)
        for i in range(3000):
            if i == 1000:
                before = sys.getrefcount(argument), sys.getrefcount(name), sys.getrefcount(tracked)
            tracked(argument, key=argument)
            with profiler.block(0, name):
                pass
        after = sys.getrefcount(argument), sys.getrefcount(name), sys.getrefcount(tracked)
        assert before == after, (before, after)
    bpfprof.set_global_enabled(True)


# --- processes ---------------------------------------------------------------------------------------


def test_fork():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: 1)
    tracked()
    with profiler.block(1, "around"):
        pid = os.fork()
        if not pid:
            status = 1
            try:
                assert hits(profiler) == {} and "threads=0" in repr(profiler)
                tracked()
                in_thread(tracked)
                assert hits(profiler) == {(0, "t"): 2}
                assert len(profiler.get_all_thread_data()) == 2
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        assert os.waitpid(pid, 0)[1] == 0
    assert hits(profiler) == {(0, "t"): 1, (1, "around"): 1}


def test_fork_out_of_a_block():
    profiler = Profiler()
    pid = None
    with profiler.block(1, "around"):
        pid = os.fork()
    if not pid:
        os._exit(0 if hits(profiler) == {} else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert hits(profiler) == {(1, "around"): 1}


def test_fork_while_threads_record():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: 1)
    stop = threading.Event()

    def run():
        while not stop.is_set():
            tracked()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    pids = []
    for _ in range(20):
        pid = os.fork()
        if not pid:
            before = hits(profiler)
            for _ in range(100):
                tracked()
            os._exit(0 if (before, hits(profiler)) == ({}, {(0, "t"): 100}) else 1)
        pids.append(pid)
    stop.set()
    for thread in threads:
        thread.join()
    assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * 20


def test_blocks_open_at_exit():
    code = (
        "import bpfprof, threading, time, sys\n"
        "p = bpfprof.Profiler()\n"
        "def hang():\n"
        "    with p.block(0, 'daemon'):\n"
        "        ready.set(); time.sleep(60)\n"
        "ready = threading.Event()\n"
        "threading.Thread(target=hang, daemon=True).start()\n"
        "ready.wait()\n"
        "kept = p.block(1, 'kept'); kept.__enter__()\n"
        "g = p.track(2)(lambda: (yield))(); next(g)\n"
        "with p.block(3, 'exit'):\n"
        "    sys.exit(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b""), done


# --- formats ---------------------------------------------------------------------------------------


def golden_results():
    """Results of fixed figures."""
    results = bpfprof.ProfilerResults("MyApp")
    main = bpfprof.ProfileTrack(0)
    for ns in (1089264, 999999):
        main.add_block(0, "deco", "/srv/app.py", 12).record_time(ns)
    main.add_block(1, 'odd, "name"', "/srv/app.py", 30).record_time(1500000000)
    main.add_block(2, "never", "/srv/app.py", 31)
    db = bpfprof.ProfileTrack(1, "DB", False)
    for _ in range(1234):
        db.add_block(0, "caf\u00e9", "/srv/db.py", 7).record_time(999)
    for track in (main, db):
        results.tracks[track.track_idx] = track
    results.tracks[7] = bpfprof.ProfileTrack(7, "Empty")
    return results


def printed(results):
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with contextlib.redirect_stdout(out):
        bpfprof.print_results(results)
    out.flush()
    return out.buffer.getvalue().decode()


def test_golden_formats():
    for name, text in (
        ("results.csv", bpfprof.export_csv(golden_results())),
        ("results.json", bpfprof.export_json(golden_results()) + "\n"),
        ("results.txt", printed(golden_results())),
    ):
        wanted = (HERE.parent / "golden" / name).read_bytes().decode()
        assert text == wanted, name + "\n" + text


def test_formats_of_nothing():
    empty = Profiler("Nobody").get_results()
    assert bpfprof.export_csv(empty) == (
        "Track,Block Name,Hit Count,Total Time (ns),Avg Time (ns),Min Time (ns),Max Time (ns),"
        "% Track,% Total\r\n"
    )
    assert json.loads(bpfprof.export_json(empty)) == {"profiler_name": "Nobody", "tracks": []}
    assert printed(empty).splitlines()[1:4] == [
        "Profiler: Nobody",
        "Total Time: 0 ns",
        "Total Hits: 0",
    ]


def test_format_time_ns():
    for ns, text in (
        (0, "0 ns"),
        (999, "999 ns"),
        (1000, "1.00 \u03bcs"),
        (999999, "1000.00 \u03bcs"),
        (1000000, "1.00 ms"),
        (2500000000, "2.50 s"),
        (12.7, "12 ns"),
    ):
        assert bpfprof.format_time_ns(ns) == text


def main():
    label = sys.argv[1]
    failed = 0
    for name, case in list(globals().items()):
        if not name.startswith("test_"):
            continue
        try:
            case()
            print(f"ok python {label} {name[5:]}", flush=True)
        except Exception as error:
            failed = 1
            print(f"not ok python {label} {name[5:]} - {type(error).__name__} {error}"[:300])
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
        finally:
            bpfprof.set_global_enabled(True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
