# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Decorators, properties, metaclasses, __getattr__, class bodies, callbacks from C."""
import functools
import re


def twice(f):
    @functools.wraps(f)
    def wrapper(*args):
        f(*args)
        return f(*args)

    return wrapper


class Meta(type):
    def __new__(mcs, name, bases, space):
        return super().__new__(mcs, name, bases, space)

    def __call__(cls, *args):
        return super().__call__(*args)


class Base(metaclass=Meta):
    def __init_subclass__(cls):
        cls.marked = True

    def __init__(self, n):
        self.n = n

    @property
    def value(self):
        return self.n

    @value.setter
    def value(self, n):
        self.n = n

    @classmethod
    def make(cls):
        return cls(1)

    @staticmethod
    def add(a, b):
        return a + b

    def __getattr__(self, name):
        return self.fallback(name)

    def fallback(self, name):
        return name

    def __lt__(self, other):
        return self.n < other.n

    def __eq__(self, other):
        return self.n == other.n

    def __hash__(self):
        return hash(self.n)

    def __del__(self):
        self.n = 0


@twice
def decorated(x):
    return x


@functools.lru_cache(maxsize=None)
def cached(n):
    return n if n < 2 else cached(n - 1) + cached(n - 2)


def key(x):
    return -x


def run():
    class Derived(Base):
        class Nested:
            pass

    decorated(1)
    d = Derived.make()
    d.value = d.value + 1
    d.missing, d.other, d.add(1, 2)
    cached(8)
    sorted([3, 1, 2], key=key)
    list(map(key, range(4)))
    list(filter(lambda x: x > 1, range(4)))
    functools.reduce(lambda a, b: a + b, range(5))
    max(range(4), key=key)
    re.sub("a", lambda m: "b", "banana")
    # not in locals: the f_locals of sys.setprofile before 3.13 would keep them alive
    box = [{Derived(i): i for i in range(4)}]
    sorted(box[0])
    Derived(3) in box[0]
    box.clear()


if __name__ == "__main__":
    run()
