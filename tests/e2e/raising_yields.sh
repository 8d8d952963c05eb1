#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What watches yields raises exceptions, its own or C's, which the generator catches and goes on from: that
# is no call, and exceptions that are thrown in later are one. raising_yields.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" raising_yields "$1"

program='import functools, sys
runs = leaves = callbacks = 0
tool, events = 3, sys.monitoring.events
class Stop(Exception):
    pass
def callback(code, offset, value):
    global callbacks
    callbacks += 1
    if callbacks % 2:
        raise Stop
def leaf():
    global leaves
    leaves += 1
def generator():
    global runs
    runs += 1
    for i in range(6):
        try:
            yield i
            runs += 1
        except LookupError:
            runs += 1
        except (Stop, TypeError):
            leaf()
            try:
                raise KeyError
            except KeyError:
                leaf()
            try:
                int("x")
            except ValueError:
                pass
def work():
    for i in range(200):
        for x in generator():
            leaf()
        thrown = generator()
        for x in thrown:
            try:
                thrown.throw(LookupError)
            except StopIteration:
                pass
def watched(callback):
    sys.monitoring.register_callback(tool, events.PY_YIELD, callback)
    sys.monitoring.set_local_events(tool, generator.__code__, events.PY_YIELD)
    work()
    sys.monitoring.set_local_events(tool, generator.__code__, 0)
    work()
sys.monitoring.use_tool_id(tool, "raises")
watched(callback)
watched(functools.partial(int, "x"))
print("generator=%d leaf=%d callback=%d" % (runs, leaves, callbacks))'

# counted VERSION BACKEND
counted() {
	"$bpfprof" -q "--backend=$2" -o "$work/p.json" -- "${PYTHON[@]}" -c "$program" >"$work/out" 2>"$work/err"
	as_it_counts "$1 $2" generator leaf callback
}

for version in $(pythons_all); do
	python_use "$version"
	"${PYTHON[@]}" -c 'import sys; sys.monitoring' 2>/dev/null || continue
	counted "$version" inline
	counted "$version" eval
done
