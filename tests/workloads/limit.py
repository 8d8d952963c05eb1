# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Calls that the recursion limit refuses, each kind of them at each depth: what does not begin is no call. A
callback of sys.setprofile would need room of its own, so every function here counts itself, with its caller."""
import _thread
import sys

WARM = 2
LIMITS = range(1, 120)

calls = {}
EDGES = [("", "run"), ("", "body"), ("body", "tries"), ("tries", "first"), ("first", "second"),
         ("second", "third"), ("third", "fourth"), ("fourth", "fifth"), ("fifth", "last"),
         ("third", "__getitem__"), ("second", "key"), ("third", "key"), ("fifth", "key"),
         ("last", "key"), ("second", "coro"), ("last", "coro"), ("tries", "gen"), ("first", "gen"),
         ("second", "gen"), ("third", "gen"), ("fourth", "gen"), ("last", "gen")]
(RUN, BODY, TRIES, FIRST, SECOND, THIRD, FOURTH, FIFTH, LAST, GETITEM, KEY_SECOND, KEY_THIRD, KEY_FIFTH, KEY_LAST,
 CORO_SECOND, CORO_LAST, GEN_TRIES, GEN_FIRST, GEN_SECOND, GEN_THIRD, GEN_FOURTH, GEN_LAST) = range(len(EDGES))
counts = [0] * len(EDGES)  # by number: to compare keys takes room too


def key(edge):
    counts[edge] += 1


def gen():
    edge = GEN_TRIES
    counts[edge] += 1
    while edge is not None:
        edge = yield
        counts[GEN_TRIES if edge is None else edge] += 1


async def coro(edge):
    counts[edge] += 1


class Item:
    def __getitem__(self, edge):
        counts[edge] += 1


def last(generator):
    counts[LAST] += 1
    for _ in map(key, (KEY_LAST, KEY_LAST)):
        pass
    generator.send(GEN_LAST)
    coro(CORO_LAST).send(None)


def fifth(generator):
    counts[FIFTH] += 1
    key(KEY_FIFTH)
    last(generator)


def fourth(generator):
    counts[FOURTH] += 1
    generator.send(GEN_FOURTH)
    fifth(generator)


def third(generator):
    counts[THIRD] += 1
    key(KEY_THIRD)
    Item()[GETITEM]
    generator.send(GEN_THIRD)
    fourth(generator)


def second(generator):
    counts[SECOND] += 1
    generator.send(GEN_SECOND)
    key(KEY_SECOND)
    try:
        coro(CORO_SECOND).send(None)
    except StopIteration:
        pass
    third(generator)


def first(generator):
    counts[FIRST] += 1
    generator.send(GEN_FIRST)
    second(generator)


def tries(limit, before):
    """The generator begins and ends here: how one ends that is dropped is another matter."""
    counts[TRIES] += 1
    generator = gen()
    generator.send(None)
    try:
        sys.setrecursionlimit(limit)
        first(generator)
    except (RecursionError, StopIteration):
        pass
    finally:
        sys.setrecursionlimit(before)
    try:
        generator.send(None)
    except StopIteration:
        pass


def body(ended):
    """On a thread of its own, whose depth does not depend on who runs this."""
    counts[BODY] += 1
    before = sys.getrecursionlimit()
    for limit in LIMITS:
        tries(limit, before)
    ended.release()


def run():
    counts[:] = [0] * len(EDGES)
    counts[RUN] += 1
    ended = _thread.allocate_lock()
    ended.acquire()
    _thread.start_new_thread(body, (ended,))
    ended.acquire()
    for edge, n in zip(EDGES, counts):
        calls[edge] = calls.get(edge, 0) + n


if __name__ == "__main__":
    run()
