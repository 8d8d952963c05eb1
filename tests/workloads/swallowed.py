# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Exceptions that leave Python frames and end in C, again and again: no handler of any Python frame sees
them, and the frames they left are gone without a word."""
import functools

TURNS = 150
WARM = 1


class Lacking:
    def __getattr__(self, name):
        return self.deeper(name)

    def deeper(self, name):
        raise AttributeError(name)

    @property
    def broken(self):
        raise AttributeError("broken")


class Quiet:
    def __getattribute__(self, name):
        try:
            return object.__getattribute__(self, name)
        finally:
            helper()


class Ending:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n

    def __getitem__(self, i):
        if i > 2:
            raise IndexError(i)
        return i

    def __length_hint__(self):
        raise TypeError

    def __del__(self):
        helper()


def helper():
    return 1


def fails(*args):
    raise ValueError(args)


def fails_below(*args):
    try:
        return fails(*args)
    finally:
        helper()


def reraises(*args):
    try:
        return fails(*args)
    except ValueError:
        helper()
        raise


def stops(*args):
    raise StopIteration


def gen_fails(n):
    yield n
    fails_below(n)


def gen_ends(n):
    try:
        yield n
    finally:
        helper()


class Sequence:
    def __len__(self):
        return 3

    def __getitem__(self, i):
        if i > 2:
            raise IndexError(i)
        return i


def attributes():
    lacking, quiet = Lacking(), Quiet()
    for _ in range(TURNS):
        getattr(lacking, "x", None)
        hasattr(lacking, "y")
        hasattr(lacking, "broken")
        getattr(quiet, "nothing", helper())


def iterators():
    for _ in range(TURNS):
        list(Ending(2))
        next(Ending(0), None)
        sum(Ending(3))
        list(Sequence())
        3 in Sequence()
        list(gen_ends(1))
        next(iter(()), None)
        list(iter(helper, 1))
        list(map(stops, [1, 2]))


def callbacks():
    calls = (lambda: sorted([2, 1], key=fails), lambda: list(map(reraises, [1, 2])),
             lambda: max([1, 2], key=fails_below), lambda: functools.reduce(reraises, [1, 2, 3]),
             lambda: list(filter(fails, [1])), lambda: list(gen_fails(1)),
             lambda: sum(fails_below(i) for i in range(2)),
             lambda: dict([(1, 2)]).setdefault(fails_below(1), 2))
    for _ in range(TURNS):
        for call in calls:
            try:
                call()
            except ValueError:
                helper()


def caught():
    """Beside them, those that a frame catches at once, and that go through many frames."""
    for n in range(TURNS):
        try:
            reraises(n)
        except ValueError:
            helper()
        try:
            try:
                fails_below(n)
            finally:
                helper()
        except ValueError:
            helper()
        for _ in gen_ends(n):
            helper()


def run():
    attributes()
    iterators()
    callbacks()
    caught()


if __name__ == "__main__":
    run()
