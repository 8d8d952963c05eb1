#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Ctrl-Z does not stop a bpfprof that has attached and follows: new threads of the program would never begin.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/starts.py" <<-'EOF'
	import sys, threading
	print(flush=True)
	for line in sys.stdin:
	    t = threading.Thread(target=print, args=(line.strip(),), kwargs={"flush": True})
	    t.start()
	    t.join()
EOF
# On a terminal of its own; what it says is seen, and it is Ctrl-Z that is typed and then Ctrl-C.
cat >"$work/types.py" <<-'EOF'
	import os, pty, signal, sys
	said, gate, command = sys.argv[1], sys.argv[2], sys.argv[3:]
	pid, fd = pty.fork()
	if not pid:
	    os.execvp(command[0], command)
	def until(word):
	    seen = b""
	    while word not in seen:
	        seen += os.read(fd, 4096)
	until(b"profiling process")
	os.write(fd, b"\x1a")
	until(said.encode())
	print("typed", flush=True)
	open(gate).read()
	os.kill(pid, signal.SIGCONT)
	os.write(fd, b"\x03")
	try:
	    while os.read(fd, 4096):
	        pass
	except OSError:
	    pass
	sys.exit(os.waitpid(pid, 0)[1] != 0)
EOF

driven "${PYTHON[@]}" "$work/starts.py"
mkfifo "$work/gate"
python3 "$work/types.py" 'goes on' "$work/gate" "$bpfprof" --bias off --children -p "$pid" >"$work/out" 2>"$work/err" \
	8<&- 9<&- &
types=$!
started+=("$types")
if soon grep -q typed "$work/out"; then pass "it says so"; else fail "it says so" "it does not"; fi
ask begun
if [ "$line" = begun ]; then pass "a thread begins"; else fail "a thread begins" "it does not"; fi
: >"$work/gate"
wait "$types"
status=$?
if [ $status = 0 ]; then pass "it ends by Ctrl-C"; else fail "it ends by Ctrl-C" "status $status"; fi
stop
