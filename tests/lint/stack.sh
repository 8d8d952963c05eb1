#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The BPF programs fit the stack of kernels older than the running one.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

out=$(/usr/bin/python3 tests/lint/stack.py "${build:-build}/bpfprof.bpf.o" 2>&1)
if [ -z "$out" ]; then
	echo "ok stack of the BPF programs"
else
	echo "not ok stack of the BPF programs - $(head -1 <<<"$out")"
fi
