#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A worker that waits for work is told from one that waits for a lock.
# shellcheck source=tests/e2e/serve/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.11
cat >"$work/waits.py" <<-'EOF'
	import queue, threading, time
	todo, lock = queue.Queue(), threading.Lock()
	def works():
	    while True: todo.get()
	def locked():
	    while True: lock.acquire(timeout=0.1)
	lock.acquire()
	for f in works, locked: threading.Thread(target=f, daemon=True).start()
	print("ready", flush=True)
	while True:
	    time.sleep(0.05)
	    todo.put(1)
EOF
start "${PYTHON[@]}" "$work/waits.py"
serving -i .2
asked idle.py
stop
