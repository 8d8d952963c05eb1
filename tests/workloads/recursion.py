# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Direct, mutual and deep recursion, as deep as every evaluator goes without C stack to spare."""
import sys

WARM = 3


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def run():
    fib(12)
    even(9)
    sys.setrecursionlimit(20000)
    deep(3000)


if __name__ == "__main__":
    run()
