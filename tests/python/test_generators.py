# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Generators and coroutines."""
import asyncio
import inspect
import time
import types

from bpfprof import Profiler
from support import busy, hits, raises


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
