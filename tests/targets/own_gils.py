# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Interpreters, each with a GIL of its own (3.12 on), for which two threads fight from its first moment to its last.
own_gils.py N: beside N interpreters that do nothing."""
import sys

try:
    import _interpreters
except ImportError:
    import _xxsubinterpreters as _interpreters

CODE = """
import threading
turns = [None, 0]  # whose it is, and how many there were
def fights():
    me = threading.get_ident()
    while turns[1] < 8:
        if turns[0] != me:
            turns[:] = me, turns[1] + 1
threads = [threading.Thread(target=fights) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
"""

made = [_interpreters.create() for _ in range(int(sys.argv[1]))]
for _ in range(3):
    made.append(_interpreters.create())
    assert not _interpreters.run_string(made[-1], CODE)
for one in made:  # not before, or the next would have its GIL where this one had it
    _interpreters.destroy(one)
