#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# In a pid namespace that sees the /proc of another, numbers name other processes: that is said.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

why='/proc of this pid namespace: .*is of another pid namespace; mount this one'
inside=(unshare --pid --fork --kill-child)
refuse "launched" 1 "$why" "${inside[@]}" "$bpfprof" -q -- "${PYTHON[@]}" -c pass
refuse "launched with its children" 1 "$why" "${inside[@]}" "$bpfprof" -q --children -- sh -c "${PYTHON[0]} -c pass"
refuse "a process" 1 "$why" "${inside[@]}" "$bpfprof" -q -p 1
refuse "dump" 1 "$why" "${inside[@]}" "$bpfprof" dump -p 1
"${inside[@]}" "$bpfprof" doctor >"$work/out" 2>"$work/err"
has "doctor" "^missing +proc +$why"
has "doctor's verdict" '^bpfprof cannot trace here'
expect "with its own /proc" 0 "${inside[@]}" --mount-proc "$bpfprof" -- "${PYTHON[@]}" -c pass
