# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Recursion deeper than the C stack lets an evaluator go from 3.12 on."""
import sys

WARM = 2


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def run():
    sys.setrecursionlimit(20000)
    deep(9000)


if __name__ == "__main__":
    run()
