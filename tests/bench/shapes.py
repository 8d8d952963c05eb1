# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Programs of a shape that corrections went wrong for: small calls in bursts between sleeps, all the
time, for 10 ms only, hardly any, and a start that sees everything for the first time. A line of stdin
has the shape run once; it answers with the ns on a CPU that this took. Launched as "fresh" it starts
at once, and says so on stderr. shapes.py SHAPE [TURNS of steady's loop]"""
import sys
import time


def leaf():
    pass


def work(n):
    for _ in range(n):
        leaf()


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def bursty():
    for _ in range(30):
        work(1000)
        time.sleep(.01)


def steady():
    for _ in range(int(sys.argv[2])):
        work(1000)


def short():
    fib(22)


def idle():
    for _ in range(10):
        leaf()
        time.sleep(.03)


def fresh():
    import argparse, decimal, email.message, http.client, json, unittest, xml.dom.minidom  # noqa


def timed(shape):
    before = time.thread_time_ns()
    shape()
    return time.thread_time_ns() - before


def main(shape):
    if shape is fresh:
        print(timed(shape), file=sys.stderr)
        return
    print("ready", flush=True)
    for _ in sys.stdin:
        print(timed(shape), flush=True)


main(globals()[sys.argv[1]])
