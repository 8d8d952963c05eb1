#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A terminal that goes away ends a launched program as it would end it alone, also where bpfprof leads the terminal's
# session (ssh -t HOST bpfprof, a terminal of its own): the kernel tells only the leader. The report is written.
# shellcheck source=tests/e2e/behave/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/closes.py" <<'E2'
import os, pty, signal, sys
said, says = os.pipe()
pid, fd = pty.fork()
if not pid:
    os.dup2(says, 9)
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(says)
assert os.read(said, 5) == b"ready"
signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
signal.alarm(60)
os.close(fd)
status = os.waitpid(pid, 0)[1]
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
E2
calls=$'import signal, os, sys\ndef leaf(): pass\nleaf(); leaf(); leaf()\n'
# What is said through the terminal itself is read before its write is over, which the hang-up would then cut short.
ends=$'os.write(9, b"ready")\nwhile True: signal.pause()'
# A signal that came just before pause would not end it.
handles=$'def bye(*_): sys.exit(5)\nsignal.signal(signal.SIGHUP, bye)\nwoken, wakes = os.pipe()\nos.set_blocking(wakes, False)\n'
handles+=$'signal.set_wakeup_fd(wakes)\nos.write(9, b"ready")\nwhile True: os.read(woken, 1)'
forks=$'if not os.fork():\n    while True: signal.pause()\n'

# closed NAME STATUS COMMAND...: the program has ended so, and its report has the calls of its function
closed() {
	local name=$1 want=$2 got
	shift 2
	rm -f "$work/p.json"
	python3 "$work/closes.py" "$@" >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" = "$want" ] || {
		fail "$name" "status $got, not $want"
		return
	}
	[ -z "${alone:-}" ] || {
		pass "$name"
		return
	}
	checks "$name" - "$work/p.json" <<'E2'
import json, sys
rows = [f for f in json.load(open(sys.argv[1]))["functions"] if f["name"] == "leaf"]
assert [f["ncalls"] for f in rows] == [3], rows
E2
}

into=("$bpfprof" -b off -o "$work/p.json")
hup=$((128 + $(kill -l HUP)))
alone=1
closed "alone" $hup "${py[@]}" -c "$calls$ends"
alone=''
closed "ended by the signal" $hup "${into[@]}" -- "${py[@]}" -c "$calls$ends"
closed "handles the signal" 5 "${into[@]}" -- "${py[@]}" -c "$calls$handles"
closed "not the leader" $hup bash -ic "$(printf '%q ' "${into[@]}" -- "${py[@]}" -c "$calls$ends"); exit \$?"
closed "with a child that would go on" $hup "${into[@]}" --children -- "${py[@]}" -c "$calls$forks$ends"
