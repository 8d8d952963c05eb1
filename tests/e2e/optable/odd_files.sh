#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A file that says it is 3.11, with no interpreter in it: tables that are right, and those that are not.
# shellcheck source=tests/e2e/optable/common.sh
. "$(dirname "$0")/common.sh"

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
