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

# --- tables that are not right: a file that says it is 3.11, with no interpreter in it

# fake FIRST LAST [SUFFIX]: a table in which the numbers from FIRST to LAST lead to one place
fake() {
	printf '.balign 8\ntable%s:\n' "${3-}"
	for ((op = 0; op < 256; op++)); do
		if [ "$op" -ge "$1" ] && [ "$op" -le "$2" ]; then
			echo ".quad unknown"
		else
			echo ".quad op$op"
		fi
	done
}

# file_is NAME PATTERN [FLAGS...]: what probes says of the assembly on stdin, linked by FLAGS
file_is() {
	local name=$1 want=$2
	shift 2
	[ $# = 0 ] && set -- -shared
	{
		printf '.text\n.globl _PyEval_EvalFrameDefault\n_PyEval_EvalFrameDefault:\nunknown: nop\n'
		printf 'op%d: nop\n' {0..255}
		printf '.section .rodata\n.globl Py_Version\nPy_Version: .quad 0x030b02f0\n'
		printf '.section .data.rel.ro,"aw"\n'
		cat
	} >"$work/fake.s"
	gcc "$@" -nostdlib "$work/fake.s" -o "$work/fake" || exit 1
	"$bpfprof" probes "$work/fake" >"$work/out" 2>"$work/err"
	if grep -q "^table: *$want" "$work/out"; then
		pass "$name"
	else
		fail "$name" "no $want"
	fi
}

fake 181 254 | file_is "a fake table" "dispatch table at .*, 7 entries to hook"
{
	printf '.fill 8000, 8, 1\n' # so that it lies across what is read at once
	fake 181 254
} | file_is "a table at the end of a piece" "dispatch table at .*, 7 entries"
{
	printf '.quad op%d\n' {1..40}
	fake 181 254
	printf '.quad op%d\n' {1..40}
} | file_is "a table between other addresses" "dispatch table at .*, 7 entries"
fake 181 253 | file_is "one number more is used" "none: it has no dispatch table"
fake 182 254 | file_is "another number more is used" "none: it has no dispatch table"
fake 170 254 | file_is "instructions are missing" "none: it has no dispatch table"
fake 1 0 | file_is "no number is unused" "none: it has no dispatch table"
{
	fake 181 254
	echo '.quad 0'
	fake 181 254 2
} | file_is "two tables" "none: more than one table"
{
	echo '.section .rodata'
	fake 181 254
} | file_is "a table beside the code" "dispatch table at .*, 7 entries" -no-pie -static \
	-Wl,-z,noseparate-code -Wl,-e,_PyEval_EvalFrameDefault
echo '.quad 0' | file_is "no table" "none: it has no dispatch table"
# --- tables that were changed in memory

# changed NAME NUMBER FILE PATTERN: what probes says where NUMBER leads through a page of FILE
changed() {
	mkfifo "$work/in"
	: >"$work/theirs"
	exec 6<>"$work/in"
	"${PYTHON[@]}" -c "$(cat "$here/patched.py")" "$table" "$2" "$3" <"$work/in" >"$work/theirs" \
		2>"$work/err" 6<&- &
	pid=$!
	started+=("$pid")
	soon eval 'grep -q ready "$work/theirs" || [ -s "$work/err" ]'
	"$bpfprof" probes -p "$pid" >"$work/out" 2>&1
	if grep -q "^table: *$4" "$work/out"; then
		pass "$version $1"
	else
		fail "$version $1" "no $4"
	fi
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	exec 6<&-
	rm "$work/in" "$work/theirs"
}

for version in 3.11 3.14 3.15; do
	python_use $version
	catch=$(ours ${version#3.} | sed -n 's/^PUSH_EXC_INFO //p')
	exe=${PYTHON[-1]}
	[ "${PYTHON[0]}" = chroot ] && exe=${PYTHON[1]}${PYTHON[2]}
	"$bpfprof" probes "$exe" >"$work/file"
	table=$(table_at file)
	changed "a page of a bpfprof's is known" "$catch" bpfprof-test "dispatch .* 1 of them hooked now"
	changed "somebody else's is not touched" "$catch" other "none: .* changed in memory by somebody"
	changed "nor without a file" "$catch" "" "none: .* changed in memory by somebody"
	changed "an instruction that is not ours to hook" 1 bpfprof-test "none: .* changed in memory"
done

for version in $(pythons_all); do
	minor=${version#pyenv-}
	minor=${minor#3.}
	minor=${minor%%[!0-9]*}
	[ "$minor" -ge 11 ] || continue
	python_use "$version"
	look_at "$version" "$minor" "${PYTHON[@]}"
done
