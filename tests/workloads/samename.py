# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Functions of one name in one file, and code that comes and goes."""

WARM = 3


def make(n):
    if n == 0:
        def same():
            return 0
    elif n == 1:
        def same():
            return helper()
    else:
        def same():
            return helper() + helper()
    return same


def helper():
    return 1


def same():
    return helper()


pair = (lambda: helper()), (lambda: helper() + 1)


def swapped():
    return 0


def other():
    return helper()


def gen():
    yield 0
    yield helper()


def regen():
    yield helper()


def swaps():
    """A function's code replaced, again and again, while a generator runs what it had before."""
    codes = swapped.__code__, other.__code__
    for i in range(200):
        g = gen()
        next(g)
        gen.__code__, regen.__code__ = regen.__code__, gen.__code__
        for _ in gen():
            pass
        for _ in g:
            pass
        swapped.__code__ = codes[i // 20 % 2]
        for _ in range(5):
            swapped()
        space = {}
        exec("def fresh():\n    return %d" % (i % 2), space)
        swapped.__code__ = space["fresh"].__code__
        for _ in range(3):
            swapped()


def run():
    swaps()
    for n in (0, 1, 1, 2, 2, 2):
        make(n)()
    same()
    for f in pair:
        f()
    for i in range(200):
        space = {}
        exec(compile("def made_%d():\n    return 1\nmade_%d()" % (i, i), "<wl:%d>" % i, "exec"), space)
        space["made_%d" % i]()
    for i in range(50):
        exec(compile("(lambda: 1)()", "<wl:again>", "exec"), {})


if __name__ == "__main__":
    run()
