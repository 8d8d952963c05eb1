# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Generators: next, send, throw, close, delegation, collection while suspended.

What is closed while suspended is suspended inside a try: outside one, close() runs no frame at all
from 3.13 on, except while sys.setprofile has the code instrumented, and the in-process count then
has a call that an unwatched program does not make.
"""


def helper():
    return 1


def count(n):
    for i in range(n):
        yield i


def receiver():
    total = 0
    while True:
        got = yield total
        if got is None:
            return total
        helper()
        total += got


def catcher():
    while True:
        try:
            yield 1
        except ValueError:
            helper()
        except GeneratorExit:
            helper()
            helper()
            return


def plain():
    yield 1
    yield 2


def inner():
    try:
        yield 1
        yield 2
    except ValueError:
        helper()
        yield 3
    return 4


def outer():
    got = yield from inner()
    helper()
    yield got


def outermost():
    try:
        yield from outer()
    except KeyError:
        helper()
        yield 9


def inner_fails():
    try:
        yield 1
    finally:
        helper()


def outer_catches():
    try:
        yield from inner_fails()
    except ValueError:
        helper()
        yield 5


def throwing(g):
    try:
        return g.throw(ValueError("x"))
    except ValueError:
        return helper()


def run():
    sum(count(5))
    list(i * 2 for i in count(3))
    r = receiver()
    next(r)
    r.send(1)
    r.send(2)
    try:
        r.send(None)
    except StopIteration:
        helper()
    c = catcher()
    next(c)
    c.throw(ValueError("a"))
    throwing(c)
    c.close()
    p = plain()
    p.close()
    p = plain()
    next(p)
    throwing(p)
    p = plain()
    throwing(p)
    # not in a local: the f_locals of sys.setprofile before 3.13 would keep it alive
    box = [inner_fails()]
    next(box[0])
    box.clear()
    for make in (outer, outermost):
        g = make()
        next(g)
        throwing(g)
        helper()
        list(g)
    g = outer_catches()
    next(g)
    throwing(g)
    g.close()
    g = outermost()
    next(g)
    try:
        g.throw(KeyError("k"))
    except KeyError:
        helper()
    g.close()
    box = [catcher()]
    next(box[0])
    box.clear()
    helper()


if __name__ == "__main__":
    run()
