#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# bpfprof may open fewer and fewer files, down to where it cannot begin. few_files.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/e2e/faults/common.sh
. "$(dirname "$0")/common.sh" "$1"

# shellcheck source=tests/untouched.sh
. "$here/untouched.sh"

target
known
untouched=$(digest)
refused=0
for ((n = 80; n > 20 && refused < 40; n--)); do
	faulty "$n files" prlimit --nofile=$n "$bpfprof" --backend=inline
	[ "$(digest)" = "$untouched" ] || wrong=${wrong:-"$n files: its code is not what it was"}
	[ "$status" = 0 ] || refused=$((refused + 1))
	! grep -q 'load the BPF' "$work/err" || break
done
unharmed "the target outlives $refused of them" "$refused"
