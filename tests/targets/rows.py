# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Code objects of one file, line and name, one of which calls another."""
import dataclasses
import time


def spin():
    end = time.perf_counter() + 0.002
    while time.perf_counter() < end:
        pass


def lambdas():
    return (lambda: (lambda: spin())())()


def within():
    return [[spin() for i in range(2)] for k in range(3)]


@dataclasses.dataclass
class Part:
    n: int

    def __post_init__(self):
        spin()


@dataclasses.dataclass
class Whole:
    n: int
    part: Part = dataclasses.field(default_factory=lambda: Part(1))


def made():
    Part(1)
    return Whole(1)


def main():
    for i in range(20):
        lambdas()
        within()
        made()


main()
