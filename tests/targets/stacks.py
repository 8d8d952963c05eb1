# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Threads that stand where they know: stacks.py. Says one line of JSON, what each thread's stack is
by the interpreter's own sys._current_frames(), innermost frame first; then the main thread runs hot.
Each step of the long chain calls the next in another way, from another shape of line table."""
import functools
import json
import os
import socket
import sys
import threading
import time

steps = []
arrived = threading.Semaphore(0)
held = threading.Lock()
held.acquire()
left, right = socket.socketpair()


def step(function):
    steps.append(function)
    return function


def on(n):
    if n < len(steps):
        return steps[n](n + 1)
    arrived.release()
    held.acquire()


@step
def plain(n): return on(n)


@step
@functools.lru_cache(None)
def cached(
    n
):
    return (
        1,
        on(
            n,
        ),
        2,
    )


@step
def comprehension(n):
    return [
        on(n)
        for _ in
        range(1)
    ]


@step
def generator_expression(n):
    return sum(
        on(n) or 0 for _ in range(1)
    )


def numbers(n):
    yield 1
    yield on(n)


@step
def generator(n):
    for _ in numbers(n):
        pass


def delegating(n):
    yield from numbers(n)


@step
def delegation(n):
    return list(delegating(n))


class Awaited:
    def __init__(self, n):
        self.n = n

    def __await__(self):
        on(self.n)
        yield


async def inner(n):
    await Awaited(n)


async def outer(n):
    await inner(n)


@step
def coroutine(n):
    outer(n).send(None)


async def counted(n):
    yield 1
    on(n)


async def loops(n):
    async for _ in counted(n):
        pass


@step
def asynchronous_generator(n):
    loops(n).send(None)


@step
def callback(n):
    return sorted(
        [2, 1],
        key=lambda x: on(n))


@step
def mapped(n):
    return list(map(on, [n]))


class Everything:
    def __init__(self, n, depth=2):
        if depth:
            Everything(n, depth - 1)
        else:
            self.n = n
            self.attribute

    @property
    def attribute(self):
        return self + self

    def __add__(self, other):
        return self[0]

    def __getitem__(self, key):
        return self.missing

    def __getattr__(self, name):
        with self:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        on(self.n)


@step
def object_of_many_ways(n):
    Everything(n)


@step
def handlers(n):
    try:
        try:
            raise ValueError
        except ValueError:
            raise KeyError
        finally:
            1 + 1
    except KeyError:
        try:
            pass
        finally:
            on(
                n)


@step
def class_body(n):
    class Body:
        x = 1
        y = on(n)


@step
def far_lines(n):
    exec(compile("def far():\n    x = (1,\n" + "\n" * 700 + " go(),\n  2)\n    return x\nfar()",
                 "<far>", "exec"), {"go": lambda: on(n)})


@step
def cells(n):
    def nested():
        nonlocal n
        n += 0
        return on(n)
    return nested()


@step
def keywords(n, **kwargs):
    def many(a, b=1, *args, c=2, **more):
        return on(*args, **more)
    return many(
        1, 2,
        n,
        c=3,
    )


@step
def unicode_name(n):
    def größe_猫_𝔁(n):
        return on(n)
    return größe_猫_𝔁(n)


def sleeps():
    arrived.release()
    time.sleep(1000)


def receives():
    arrived.release()
    left.recv(1)


def deep(n):
    if n:
        return deep(n - 1)
    arrived.release()
    held.acquire()


def stack_of(frame):
    found = []
    while frame:
        code = frame.f_code
        found.append([code.co_filename, frame.f_lineno, getattr(code, "co_qualname", code.co_name)])
        frame = frame.f_back
    return found


def hot(n):
    if n:
        hot(n - 1)


def main():
    threads = [threading.Thread(target=f, args=a, daemon=True, name=name) for f, a, name in (
        (on, (0,), "chain"), (sleeps, (), "sleeper \x1b[31m"), (receives, (), "größe"),
        (deep, (500,), "deep"))]
    for t in threads:
        t.start()
    for _ in threads:
        arrived.acquire()
    time.sleep(.2)  # from the release on to the wait itself
    stacks = sys._current_frames()
    print(json.dumps([{"tid": t.native_id, "name": t.name, "stack": stack_of(stacks[t.ident])}
                      for t in threads]), flush=True)
    while True:
        hot(3)


main()
