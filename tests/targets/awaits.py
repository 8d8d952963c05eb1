# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Coroutines that end in every way, each of which counts by itself what it was. awaits.py COUNTS: one
pass, and writes the counts to the file COUNTS. awaits.py COUNTS hot: before that a hundred passes that
are not counted, then "READY", and the pass when a line comes; "DONE" after it, and waits for a line."""
import asyncio
import contextlib
import json
import sys
import threading
import types

NAP = 0.002
counts = {}


class life:
    """With it, the coroutine function of that name counts how it begins and ends."""

    def __init__(self, name):
        self.row = counts.setdefault(name, {"begun": 0, "ended": 0, "raised": 0})

    def __enter__(self):
        self.row["begun"] += 1

    def __exit__(self, kind, value, traceback):
        self.row["ended"] += 1
        self.row["raised"] += kind is not None


async def nap():
    with life("nap"):
        await asyncio.sleep(NAP)


async def at_once():
    with life("at_once"):
        return 1


async def three_deep():
    with life("three_deep"):
        await two_deep()


async def two_deep():
    with life("two_deep"):
        await at_once()
        await nap()


async def recurses(n):
    with life("recurses"):
        if n:
            await recurses(n - 1)
        else:
            await asyncio.sleep(0)


async def fails():
    with life("fails"):
        await asyncio.sleep(0)
        raise KeyError("on purpose")


async def fails_at_once():
    with life("fails_at_once"):
        raise KeyError("on purpose")


async def cancelled():
    with life("cancelled"):
        await waits_for_long()


async def waits_for_long():
    with life("waits_for_long"):
        await asyncio.sleep(3600)


async def catches():
    with life("catches"):
        try:
            await waits_for_long()
        except asyncio.CancelledError:
            await asyncio.sleep(0)


async def never_begins():
    with life("never_begins"):
        pass


async def items(n):
    with life("items"):
        for i in range(n):
            await asyncio.sleep(0)
            yield i


async def takes_all():
    with life("takes_all"):
        return [i async for i in items(5)]


async def takes_some():
    with life("takes_some"):
        generator = items(5)
        async for i in generator:
            if i == 2:
                break
        await generator.aclose()


async def in_executor():
    with life("in_executor"):
        loop, suspended = asyncio.get_running_loop(), threading.Event()
        loop.call_soon(suspended.set)
        await loop.run_in_executor(None, suspended.wait)


async def in_task():
    with life("in_task"):
        await asyncio.ensure_future(nap())
        with contextlib.suppress(KeyError):
            await asyncio.ensure_future(fails())


async def in_gather():
    with life("in_gather"):
        values = {0: [0, await asyncio.gather(nap(), at_once())]}
        try:
            await asyncio.gather(nap())
        finally:
            values.clear()


class Derived(asyncio.Future):
    pass


async def in_future():
    with life("in_future"):
        loop = asyncio.get_running_loop()
        for future in loop.create_future(), Derived():
            loop.call_later(NAP, future.set_result, None)
            await future


@types.coroutine
def old_style():
    with life("old_style"):
        yield
        yield


async def awaits_old_style():
    with life("awaits_old_style"):
        await old_style()


async def times_out():
    with life("times_out"):
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(waits_for_long(), NAP)


async def locks(lock):
    with life("locks"):
        async with lock:
            await asyncio.sleep(0)


async def grouped():
    with life("grouped"):
        if not hasattr(asyncio, "TaskGroup"):
            return
        with contextlib.suppress(BaseException):
            async with asyncio.TaskGroup() as group:
                group.create_task(waits_for_long())
                group.create_task(fails())


async def cancels():
    with life("cancels"):
        tasks = [asyncio.ensure_future(c()) for c in (cancelled, catches, cancelled, catches)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        before_it_begins = asyncio.ensure_future(never_begins())
        before_it_begins.cancel()
        await asyncio.gather(before_it_begins, return_exceptions=True)


def by_hand():
    """Begun, closed, thrown into and dropped without a loop."""
    unawaited = never_begins()
    unawaited.close()
    closed = awaits_old_style()
    closed.send(None)
    closed.close()
    thrown = awaits_old_style()
    thrown.send(None)
    with contextlib.suppress(ValueError):
        thrown.throw(ValueError("on purpose"))
    dropped = awaits_old_style()
    dropped.send(None)
    del dropped
    for exception in ValueError("on purpose"), GeneratorExit():
        unawaited = never_begins()
        with contextlib.suppress(BaseException):
            unawaited.throw(exception)


async def all_of_it():
    with life("all_of_it"):
        await three_deep()
        await recurses(6)
        await asyncio.gather(*(nap() for _ in range(300)), *(three_deep() for _ in range(20)))
        await asyncio.gather(fails(), fails_at_once(), return_exceptions=True)
        await takes_all()
        await takes_some()
        await in_executor()
        await in_task()
        await in_gather()
        await in_future()
        await awaits_old_style()
        await times_out()
        lock = asyncio.Lock()
        await asyncio.gather(*(locks(lock) for _ in range(20)))
        await grouped()
        await cancels()
        by_hand()


def pass_of_all():
    counts.clear()
    asyncio.run(all_of_it())


if sys.argv[2:]:
    NAP = 0
    for _ in range(100):
        pass_of_all()
    NAP = 0.002
    print("READY", flush=True)
    sys.stdin.readline()
pass_of_all()
with open(sys.argv[1], "w") as out:
    json.dump(counts, out)
if sys.argv[2:]:
    print("DONE", flush=True)
    sys.stdin.readline()
