# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Generators and coroutines that are begun by throw() and close(), hot."""

TURNS = 150
WARM = 1


def helper():
    return 1


def catcher():
    while True:
        try:
            yield 1
        except ValueError:
            helper()


def guarded():
    try:
        yield 1
        yield 2
    finally:
        helper()


def unguarded():
    yield 1
    yield 2


def delegating():
    try:
        yield from guarded()
    except ValueError:
        helper()
        yield 3


def deeper():
    yield from delegating()


class Pause:
    def __await__(self):
        try:
            yield 1
        finally:
            helper()


async def leaf():
    await Pause()


async def waiting():
    try:
        await leaf()
    except ValueError:
        return helper()


async def agen(n):
    try:
        for i in range(n):
            try:
                yield i
            except ValueError:
                helper()
                yield 5
    finally:
        helper()


def throw(make):
    g = make()
    g.send(None)
    try:
        g.throw(ValueError("x"))
    except (ValueError, StopIteration):
        helper()
    g.close()


def close(make):
    g = make()
    g.send(None)
    g.close()


def close_unguarded():
    """No frame runs here from 3.13 on; tests/oracle/perturbed.py says what an in-process count makes of it."""
    for _ in range(TURNS):
        g = unguarded()
        next(g)
        g.close()


def fresh(make):
    """None of them begins; one is made where the one before it was."""
    for _ in range(3):
        make().close()
    make().close()
    make().close()
    g = make()
    try:
        g.throw(ValueError("x"))
    except ValueError:
        helper()


def drive(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration:
        return


async def asynchronous():
    for _ in range(TURNS):
        g = agen(3)
        await g.__anext__()
        await g.athrow(ValueError("x"))
        await g.aclose()
        async for i in agen(3):
            if i == 1:
                break


def run():
    c = catcher()
    next(c)
    for _ in range(TURNS):
        c.throw(ValueError("x"))
        for make in (guarded, delegating, deeper, waiting, leaf):
            throw(make)
            close(make)
            fresh(make)
        throw(unguarded)
        fresh(unguarded)
    c.close()
    close_unguarded()
    drive(asynchronous())


if __name__ == "__main__":
    run()
