# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Functions of one name in one file, and code that comes and goes."""


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


def run():
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
