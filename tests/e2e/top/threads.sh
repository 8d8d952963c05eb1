#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What each thread calls, exactly; and threads by their names.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"
stop

cat >"$work/threads.py" <<'E2'
import threading, time
def leaf(): pass
def busy(n):
    for _ in range(n): leaf()
def stay(n):
    busy(n)
    while True: time.sleep(.05)
for n in 1, 2, 3:
    threading.Thread(target=stay, args=(1000 * n,), name=f"Worker-{n}", daemon=True).start()
threading.Thread(target=stay, args=(77,), name="Other", daemon=True).start()
busy(5)
while True: time.sleep(.05)
E2
# of NAME CALLS: leaf has so many in what is looked at
of() {
	keys / leaf Enter
	shows "$1" "^ +[0-9.k]+ +[0-9.]+ +[0-9.]+ +$2 .* leaf .*threads.py:2"
}
for backend in inline eval; do
	on_screen 100 40 "$bpfprof" top -i 0.2 --backend $backend -- "${PYTHON[@]}" "$work/threads.py"
	shows "$backend, all" 'since the start'
	of "$backend, its calls of all" 6082
	keys Tab
	shows "$backend, the list of threads" '[0-9]+ threads by wall time'
	keys / Main Enter Enter
	shows "$backend, functions of the main thread" 'functions of MainThread by wall time'
	of "$backend, its calls" 5
	keys Escape b
	shows "$backend, names" '[0-9]+ names by wall time'
	shows "$backend, together" ' Worker-\* 3 threads'
	keys / Worker Enter Enter
	shows "$backend, functions of the workers" 'functions of Worker-\* by wall time'
	of "$backend, their calls" 6000
	keys Enter
	shows "$backend, into a function and out" 'callers and callees in all threads'
	keys Escape
	shows "$backend, back to the workers" 'functions of Worker-\* by wall time'
	keys Escape b
	shows "$backend, processes" '1 processes by wall time'
	keys q
	shows "$backend, q ends it" 'ended: 130'
done
python_use 3.9
on_screen 100 40 "$bpfprof" top -i 0.2 -- "${PYTHON[@]}" "$work/threads.py"
shows "3.9, all" 'since the start'
keys Tab / Main Enter Enter
shows "3.9, functions of the main thread" 'functions of MainThread'
of "3.9, of the main thread" 5
