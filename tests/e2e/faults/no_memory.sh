#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Allocations fail in the processes that hold the target still: while it is entered, and while it is
# left. no_memory.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/e2e/faults/common.sh
. "$(dirname "$0")/common.sh" "$1"
gcc -O1 -shared -fPIC "$here/faults/nomemory.c" -o "$work/nomemory.so" || exit 1
export NOMEMORY_COUNT=$work/count

# failing FORK AT: allocation AT fails in the child that is forked as number FORK
failing() {
	faulty "allocation $2 of child $1" env LD_PRELOAD="$work/nomemory.so" NOMEMORY_FORK="$1" NOMEMORY_AT="$2" \
		"$bpfprof" --backend=inline
}

target
failing 999 1 # counts them: who enters, who looks at the stacks, who leaves
read -r _ first second third _ <"$work/count"
for fraction in 1 2 3 4 5; do
	failing 1 $((first * fraction / 5))
	failing 2 $((second * fraction / 5))
done
for ((at = third; at > third / 2; at--)); do
	failing 3 "$at"
done
unharmed "the target outlives all of them" "${third:-0}"
