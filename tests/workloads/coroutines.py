# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Coroutines and async generators driven by hand, with throw and close."""


class Pause:
    def __await__(self):
        try:  # see generators.py
            yield "pause"
        finally:
            helper()
        return 1


def helper():
    return 1


async def leaf():
    return await Pause()


async def mid():
    return await leaf() + await leaf()


async def guarded():
    try:
        await leaf()
    except ValueError:
        helper()
        await leaf()


async def agen(n):
    for i in range(n):
        await Pause()
        try:
            yield i
        except ValueError:
            helper()
            yield 10 * i


async def consume():
    total = 0
    async for i in agen(3):
        total += i
    g = agen(2)
    await g.asend(None)
    await g.athrow(ValueError("a"))
    await g.aclose()
    return total + sum([i async for i in agen(2)])


def drive(coro):
    steps = 0
    try:
        while True:
            coro.send(None)
            steps += 1
    except StopIteration:
        return steps


def run():
    drive(mid())
    c = guarded()
    c.send(None)
    c.throw(ValueError("x"))
    drive(c)
    c = mid()
    c.send(None)
    c.close()
    c = mid()
    c.close()
    c = guarded()
    c.send(None)
    try:
        c.throw(KeyError("k"))
    except KeyError:
        helper()
    drive(consume())
    helper()


if __name__ == "__main__":
    run()
