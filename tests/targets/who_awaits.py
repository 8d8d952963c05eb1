# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Coroutines that await each other in every way, and record who awaited whom: on which path each began, and
of whose tasks, how many and how long each waited. who_awaits.py FILE: one pass, recorded into FILE. who_awaits.py
FILE hot: before that 60 passes that are not recorded, then "READY", and the pass when a line comes; "DONE"
after it, and waits for a line."""
import asyncio
import contextlib
import contextvars
import json
import sys
import threading
import time

NAP = 0.002
paths = {}  # of coroutine functions: how many coroutines began there
awaits = {}  # by who awaits, whose tasks, how: how many, and in how many ns at most
here = contextvars.ContextVar("here", default=(None, ()))


def begins(name):
    """The path of a coroutine that begins: that of its task's coroutine begins anew."""
    task = asyncio.current_task()
    of, path = here.get()
    path = (path if of is task else ()) + (name,)
    paths[path] = paths.get(path, 0) + 1
    return task, path


class path:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.token = here.set(begins(self.name))

    def __exit__(self, *exception):
        here.reset(self.token)


class waits:
    """What is awaited in it: of each of these functions, so many tasks."""

    def __init__(self, by, how, **tasks):
        self.rows = [awaits.setdefault(" ".join((by, name, how)), [0, 0]) for name in tasks]
        for row, n in zip(self.rows, tasks.values()):
            row[0] += n

    def __enter__(self):
        self.since = time.monotonic_ns()

    def __exit__(self, *exception):
        for row in self.rows:
            row[1] += time.monotonic_ns() - self.since


async def nap():
    with path("nap"):
        await asyncio.sleep(NAP)


async def at_once():
    with path("at_once"):
        return 1


async def long_nap():
    with path("long_nap"):
        await asyncio.sleep(3600)


async def fails():
    with path("fails"):
        await asyncio.sleep(0)
        raise KeyError("on purpose")


async def two_deep():
    with path("two_deep"):
        await nap()


async def three_deep():
    with path("three_deep"):
        await two_deep()
        await at_once()


async def in_task():
    with path("in_task"):
        for coroutine in nap, three_deep:
            with waits("in_task", "task", **{coroutine.__name__: 1}):
                await asyncio.ensure_future(coroutine())


class Mine(asyncio.Task):
    pass


async def in_task_of_mine():
    with path("in_task_of_mine"), waits("in_task_of_mine", "task", nap=1):
        await Mine(nap(), loop=asyncio.get_running_loop())


async def in_cancelled():
    with path("in_cancelled"):
        task = asyncio.ensure_future(long_nap())
        asyncio.get_running_loop().call_later(NAP, task.cancel)
        with contextlib.suppress(asyncio.CancelledError), waits("in_cancelled", "task", long_nap=1):
            await task


async def is_cancelled():
    with path("is_cancelled"), waits("is_cancelled", "task", long_nap=1):
        await asyncio.ensure_future(long_nap())


async def cancels():
    with path("cancels"):
        task = asyncio.ensure_future(is_cancelled())
        asyncio.get_running_loop().call_later(NAP, task.cancel)
        with contextlib.suppress(asyncio.CancelledError), waits("cancels", "task", is_cancelled=1):
            await task


async def in_gather():
    with path("in_gather"):
        with waits("in_gather", "gather", nap=5, three_deep=2, at_once=1):
            await asyncio.gather(*(nap() for _ in range(4)), three_deep(), at_once(),
                                 asyncio.gather(nap(), three_deep()))
        with contextlib.suppress(KeyError), waits("in_gather", "gather", fails=1, nap=1):
            await asyncio.gather(fails(), nap())
        with waits("in_gather", "gather", fails=2):
            await asyncio.gather(fails(), fails(), return_exceptions=True)


async def in_shield():
    with path("in_shield"), waits("in_shield", "task", two_deep=1):
        await asyncio.shield(two_deep())


async def in_wait():
    with path("in_wait"), waits("_wait", "gather", nap=2, at_once=1):
        await asyncio.wait([asyncio.ensure_future(c()) for c in (nap, nap, at_once)])


async def in_wait_for():
    with path("in_wait_for"), waits("wait_for", "task", nap=1):
        await asyncio.wait_for(asyncio.ensure_future(nap()), 3600)


async def times_out():
    with path("times_out"):
        with contextlib.suppress(asyncio.TimeoutError), waits("wait_for", "gather", long_nap=1):
            await asyncio.wait_for(asyncio.gather(long_nap()), NAP)


async def in_timeout():
    with path("in_timeout"):
        if not hasattr(asyncio, "timeout"):
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(NAP):
                with waits("in_timeout", "task", long_nap=1):
                    await asyncio.ensure_future(long_nap())


async def in_group():
    with path("in_group"):
        if not hasattr(asyncio, "TaskGroup"):
            return
        with waits("_aexit" if hasattr(asyncio.TaskGroup, "_aexit") else "__aexit__", "gather", nap=3, two_deep=1):
            async with asyncio.TaskGroup() as group:
                for coroutine in nap, nap, nap, two_deep:
                    group.create_task(coroutine())


async def items(n):
    begins("items")
    for _ in range(n):
        with waits("items", "task", nap=1):
            await asyncio.ensure_future(nap())
        yield 1


async def in_items():
    with path("in_items"):
        async for _ in items(3):
            pass


def until_suspended():
    """What another thread calls, to end as soon as who awaits it does not run."""
    suspended = threading.Event()
    asyncio.get_running_loop().call_soon(suspended.set)
    return suspended.wait


async def in_executor():
    with path("in_executor"):
        await asyncio.get_running_loop().run_in_executor(None, until_suspended())


async def in_thread():
    with path("in_thread"):
        if hasattr(asyncio, "to_thread"):
            await asyncio.to_thread(until_suspended())


async def in_future():
    with path("in_future"):
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(NAP, future.set_result, None)
        await future


async def many_functions():
    with path("many_functions"), waits("many_functions", "gather", **{f.__name__: 1 for f in EIGHT}):
        await asyncio.gather(*(f() for f in EIGHT))


EIGHT = nap, at_once, two_deep, three_deep, in_task, in_shield, in_future, in_cancelled
ALL = (in_task, in_task_of_mine, in_cancelled, cancels, in_gather, in_shield, in_wait, in_wait_for, times_out, in_timeout,
       in_group, in_items, in_executor, in_thread, in_future, many_functions)


async def main():
    with path("main"):
        for coroutine in ALL:
            await coroutine()


def once():
    paths.clear()
    awaits.clear()
    asyncio.run(main())


if sys.argv[2:]:
    NAP = 0
    for _ in range(60):
        once()
    NAP = 0.002
    print("READY", flush=True)
    sys.stdin.readline()
once()
with open(sys.argv[1], "w") as out:
    json.dump({"paths": {" ".join(path): n for path, n in paths.items()}, "awaits": awaits}, out)
if sys.argv[2:]:
    print("DONE", flush=True)
    sys.stdin.readline()
