# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Calls so hot that the interpreter has specialised their instructions, and pushes frames inline.

Each site is the loop of one way to call Python code, with the specialised instructions that it is
there for; any version runs all sites. Whether an instruction has no site, or is not specialised to yet, is
found out by specialised.py of tests/oracle.
"""
import sys

TURNS = 500
WARM = 10 if hasattr(sys, "_jit") and sys._jit.is_enabled() else 1  # the JIT compiles after 4,096 turns
SITES = []


def site(*instructions):
    def add(function):
        SITES.append((function, instructions))
        return function

    return add


class Thing:
    def __init__(self, x):
        self.x = x

    def __getitem__(self, i):
        return self.x

    def method(self, y, z=1):
        return y

    def exact(self, y):
        return y

    @property
    def prop(self):
        return self.x

    @classmethod
    def of(cls):
        return cls

    @staticmethod
    def static(y):
        return y


class Slotted:
    __slots__ = ("x",)

    def __init__(self):
        self.x = 1

    def method(self):
        return self.x


class Child(Thing):
    def method(self, y, z=1):
        return super().method(y)

    @property
    def prop(self):
        return super().prop


class Overridden:
    x = 1

    def __getattribute__(self, name):
        return object.__getattribute__(self, name)


class Missing:
    def __getattr__(self, name):
        return 5


class Meta(type):
    def __call__(cls, *args):
        return type.__call__(cls)


class Made(metaclass=Meta):
    pass


class Number:
    """Whatever else C calls back."""

    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def __call__(self, *args, **kwargs):
        return 1

    def __add__(self, other):
        return self

    def __iadd__(self, other):
        return self

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1

    def __lt__(self, other):
        return False

    def __bool__(self):
        return True

    def __len__(self):
        return 1

    def __contains__(self, x):
        return True

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def __setitem__(self, i, value):
        pass

    def __delitem__(self, i):
        pass

    def __setattr__(self, name, value):
        pass

    def __format__(self, how):
        return "n"

    def __get__(self, thing, cls):
        return 1

    def __index__(self):
        return 0


class Described:
    number = Number()


def plain(x):
    return x


def defaults(x, y=1):
    return x


def keywords(x, *, y=1):
    return x


def rest(*args, **kwargs):
    return args


def gen(n):
    for i in range(n):
        yield i


def delegate(n):
    yield from gen(n)


async def leaf(x):
    return x


async def agen(n):
    for i in range(n):
        yield i


def drive(coroutine):
    try:
        coroutine.send(None)
    except StopIteration:
        return


@site("CALL_PY_EXACT_ARGS", "PRECALL_PYFUNC")
def exact_args():
    for i in range(TURNS):
        plain(i)


@site("CALL_PY_WITH_DEFAULTS")
def with_defaults():
    for i in range(TURNS):
        defaults(i)


@site("CALL_PY_GENERAL")
def general():
    for i in range(TURNS):
        rest(i, 1)
        rest(i)


@site("CALL_BOUND_METHOD_EXACT_ARGS", "PRECALL_BOUND_METHOD")
def bound_exact():
    bound = Thing(1).exact
    for i in range(TURNS):
        bound(i)


@site("CALL_BOUND_METHOD_GENERAL")
def bound_general():
    bound = Thing(1).method
    for i in range(TURNS):
        bound(i)


@site("CALL_ALLOC_AND_ENTER_INIT")
def enter_init():
    for i in range(TURNS):
        Thing(i)


@site("CALL_KW_PY")
def kw_py():
    for i in range(TURNS):
        keywords(i, y=2)
        defaults(x=i)


@site("CALL_KW_BOUND_METHOD")
def kw_bound():
    bound = Thing(1).method
    for i in range(TURNS):
        bound(i, z=2)


@site("CALL_NON_PY_GENERAL")
def non_py():
    number = Number()
    for i in range(TURNS):
        number(i)
        Made(i)


@site("CALL_KW_NON_PY")
def kw_non_py():
    number = Number()
    for i in range(TURNS):
        number(x=i)


@site("CALL_EX_PY")
def ex_py():
    args, kwargs = (1, 2), {"q": 2}
    for _ in range(TURNS):
        rest(*args)
        rest(*args, **kwargs)


@site("CALL_EX_NON_PY_GENERAL")
def ex_non_py():
    number, args = Number(), (1, 2)
    for _ in range(TURNS):
        number(*args)


@site("CALL_BUILTIN_CLASS", "CALL_NO_KW_BUILTIN_CLASS", "PRECALL_BUILTIN_CLASS")
def builtin_class():
    number = Number()
    for _ in range(TURNS):
        bool(number)
        enumerate(number)


@site("BINARY_SUBSCR_GETITEM", "BINARY_OP_SUBSCR_GETITEM")
def getitem():
    thing = Thing(1)
    for i in range(TURNS):
        thing[i]


@site("LOAD_ATTR_PROPERTY")
def load_property():
    thing = Thing(1)
    for _ in range(TURNS):
        thing.prop


@site("LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN")
def getattribute():
    thing = Overridden()
    for _ in range(TURNS):
        thing.x


@site()
def methods():
    thing, slotted, child = Thing(1), Slotted(), Child(1)
    for i in range(TURNS):
        thing.exact(i)
        slotted.method()
        child.method(i)
        child.prop


@site("FOR_ITER_GEN")
def for_iter():
    for _ in range(TURNS):
        for _ in gen(2):
            pass


@site("SEND_GEN")
def send():
    def many():
        for _ in range(TURNS):
            yield from gen(2)

    for _ in many():
        pass


@site("SEND_GEN")
def send_coroutine():
    async def many():
        for i in range(TURNS):
            await leaf(i)

    drive(many())


@site("SEND_ASYNC_GEN")
def send_async():
    async def many():
        async for _ in agen(TURNS):
            pass

    drive(many())


@site()
def callbacks():
    number, missing, described = Number(), Missing(), Described()
    for i in range(TURNS // 4):
        next(number), number + number, number == number, 3 in number, len(number)
        number < number, hash(number), format(number), [1][number], described.number
        missing.x, Thing.of(), Thing.static(i)
        number[1] = 2
        number.w = 3
        number += 1
        del number[1]
        if number:
            pass
        with number:
            pass
        sorted([2, 1], key=plain), max([1], key=lambda q: q), list(map(plain, [1, 2]))
        [plain(j) for j in range(2)], sum(plain(j) for j in range(2))


def missing():
    import specialised
    return specialised.missing(SITES)


def cold():
    import specialised
    return specialised.cold(SITES)


def run():
    for function, _ in SITES:
        function()


if __name__ == "__main__":
    run()
