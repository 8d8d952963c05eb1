#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# probes says what an interpreter has, and why it cannot be used.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.15
"$bpfprof" probes /usr/bin/python3 >"$work/out" 2>"$work/err"
has "probes: 3.11" 'function__return only'
"$bpfprof" probes "$interpreter" >"$work/out" 2>"$work/err"
has "probes: 3.9" '^ +usdt +yes'
objcopy --remove-section .note.stapsdt "$interpreter" "$work/without"
"$bpfprof" probes "$work/without" >"$work/out" 2>"$work/err"
has "probes: a build without" 'without --with-dtrace'
refuse "a build without probes" 1 'without --with-dtrace' "$bpfprof" --usdt -- \
	"${environment[@]}" "$work/without" -c pass
start env PYTHON_JIT=1 "${PYTHON[@]}" -c 'import signal; print("ready", flush=True); signal.pause()'
"$bpfprof" probes -p "$pid" >"$work/out" 2>"$work/err"
has "probes: the JIT is on" 'JIT is on'
refuse "the JIT is on" 1 'JIT is on' "$bpfprof" --usdt -p "$pid"
stop
