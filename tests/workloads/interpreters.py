# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Interpreters made while the program runs, one after the other and in threads at once; from 3.12 on each
has a GIL of its own. sys.setprofile sees none of them, so what they call is known beforehand."""
import collections
import threading

TURNS = 200
WARM = 1
THREADS = 3

calls = collections.defaultdict(int)


class Thing:
    def __init__(self, x):
        self.x = x

    def __getitem__(self, i):
        return i


def leaf(x):
    return x


def gen(n):
    for i in range(n):
        yield i


def work():
    thing = Thing(1)
    for i in gen(TURNS):
        thing[i]
        leaf(i)
        Thing(i)
        ().count(i)


def expect(n):
    """The calls of n interpreters that run this file and then work()."""
    for (caller, callee), times in {
            ("", "<module>"): 1, ("<module>", "Thing"): 1, ("<module>", "work"): 1, ("work", "gen"): TURNS + 1,
            ("work", "__getitem__"): TURNS, ("work", "leaf"): TURNS, ("work", "__init__"): TURNS + 1}.items():
        calls[caller, callee] += n * times


def interpreters():
    try:
        import _interpreters
    except ImportError:
        import _xxsubinterpreters as _interpreters
    return _interpreters


def in_another(code, failures):
    calls["run", "in_another"] += 1
    api = interpreters()
    calls["in_another", "interpreters"] += 1
    one = api.create()
    failures.append(api.run_string(one, code))
    api.destroy(one)


def run():
    calls["", "run"] += 1
    code = ("path = %r\nwith open(path) as f:\n"
            "    exec(compile(f.read(), path, 'exec'), {'__name__': 'another'})\n" % run.__code__.co_filename)
    failures = []
    for _ in range(2):
        in_another(code, failures)
    threads = []
    for _ in range(THREADS):
        threads.append(threading.Thread(target=in_another, args=(code, failures)))
        threads[-1].start()
    for t in threads:
        t.join()
    calls["", "in_another"] += THREADS
    calls["run", "in_another"] -= THREADS
    assert failures == [None] * (2 + THREADS), failures
    calls["run", "expect"] += 1
    expect(2 + THREADS)


if __name__ == "another":
    work()
elif __name__ == "__main__":
    run()
