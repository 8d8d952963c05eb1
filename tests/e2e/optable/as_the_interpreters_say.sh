#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Our numbers are the interpreter's own, and its file and its memory hold one table by them.
# shellcheck source=tests/e2e/optable/common.sh
. "$(dirname "$0")/common.sh"

# look_at NAME MINOR PYTHON...
look_at() {
	local name=$1 minor=$2 pid exe
	shift 2
	mkfifo "$work/in"
	: >"$work/theirs"
	exec 6<>"$work/in"
	: >"$work/err"
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

for version in $(pythons_all); do
	minor=${version#pyenv-}
	minor=${minor#3.}
	minor=${minor%%[!0-9]*}
	[ "$minor" -ge 11 ] || continue
	python_use "$version"
	look_at "$version" "$minor" "${PYTHON[@]}"
done
