#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Generators that are thrown into, closed and freed where they are suspended, while cProfile runs: what
# watches yields changes no count. watched_yields.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" watched_yields "$1"

program='import cProfile
from itertools import islice
runs = 0
def handles(n):
    global runs
    runs += 1
    try:
        for i in range(n):
            yield i
            runs += 1
    except ValueError:
        runs += 1
        yield 0
        runs += 1
    except BaseException:
        runs += 1
        raise
def plain(n):
    for i in range(n):
        yield i
def work():
    for i in range(500):
        for j in handles(9):
            break
        list(islice(handles(9), 3))
        thrown = handles(3)
        next(thrown)
        thrown.throw(ValueError)
        list(thrown)
        thrown = plain(3)
        next(thrown)
        try:
            thrown.throw(ValueError)
        except ValueError:
            pass
profile = cProfile.Profile()
profile.enable()
work()
profile.disable()
called = {e.code.co_name: e.callcount for e in profile.getstats() if not isinstance(e.code, str)}
assert called["handles"] == runs, (called, runs)
print(*("%s=%d" % (name, called[name]) for name in ("handles", "plain")))'

# counted VERSION BACKEND
counted() {
	"$bpfprof" -q "--backend=$2" -o "$work/p.json" -- "${PYTHON[@]}" -c "$program" >"$work/out" 2>"$work/err"
	as_it_counts "$1 $2" handles plain
}

for version in $(pythons_all); do
	python_use "$version"
	counted "$version" inline
	counted "$version" eval
done
