#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The dispatch table: our numbers are those of each interpreter, and its file and its memory hold one
# table by them. optable.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" optable "$1"
here=$(cd "$(dirname "$0")" && pwd)
rows=$here/../../user/cpython/optable.def

# ours MINOR: what the rows say, as opcodes.py prints it
ours() {
	awk -F '[(), ]+' -v column=$(($1 - 11 + 5)) -v minor="$1" '
	/^OP\(/ && $column { print $2, $column }
	/^UNUSED\(/ && $2 == minor { for (i = $3; i <= $4; i++) print "unused", i }' "$rows" | sort
}

table_at() {
	sed -n 's/^table: .* at 0x\([0-9a-f]*\), .* to hook$/\1/p' "$work/$1"
}

# look_at NAME MINOR PYTHON...
look_at() {
	local name=$1 minor=$2 pid exe
	shift 2
	mkfifo "$work/in"
	: >"$work/theirs"
	exec 6<>"$work/in"
	"$@" -c "$(cat "$here/opcodes.py")" <"$work/in" >"$work/theirs" 2>"$work/err" 6<&- &
	pid=$!
	started+=("$pid")
	soon grep -q ready "$work/theirs"
	if diff <(ours "$minor") <(grep -v ready "$work/theirs" | sort) >"$work/out"; then
		pass "$name numbers are the interpreter's own"
	else
		fail "$name numbers are the interpreter's own" "they differ"
	fi
	"$bpfprof" probes -p "$pid" >"$work/live" 2>&1
	"$bpfprof" probes "/proc/$pid/exe" >"$work/file" 2>&1
	exe=$(table_at file)
	if [ "$exe" ] && [ $(((0x$(table_at live) - 0x$exe) % 4096)) = 0 ]; then
		pass "$name one table, in the file and in memory"
	else
		cp "$work/live" "$work/out"
		fail "$name one table, in the file and in memory" "file at $exe, live $(table_at live)"
	fi
	if grep -q '^exceptions: .* bytes to move$' "$work/live" &&
		grep -q '^thread: .* its state is' "$work/live"; then
		pass "$name PyTraceBack_Here and the thread's state"
	else
		cp "$work/live" "$work/out"
		fail "$name PyTraceBack_Here and the thread's state" "not found"
	fi
	kill "$pid"
	exec 6<&-
	rm "$work/in" "$work/theirs"
}

for version in 3.11 3.13 3.14 3.15 3.15-shared; do
	python_use $version
	minor=${version#3.}
	look_at $version "${minor%-shared}" "${PYTHON[@]}"
done
for python in ~/.pyenv/versions/3.1[1-9].*/bin/python3; do
	[ -x "$python" ] || continue
	name=${python%/bin/python3}
	minor=${name##*/3.}
	look_at "pyenv's ${name##*/}" "${minor%%.*}" "$python"
done
