#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A version that nothing is known of is not measured as nothing.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

/usr/bin/python3 "$here/otherversion.py" /usr/bin/python3.11 "$work/python317" 0x031100f0
chmod +x "$work/python317"
refuse "unknown version, launched" 1 'does not know this version' "$bpfprof" -q -- "$work/python317" -c pass
start "$work/python317" -c 'import signal; print(flush=True); signal.pause()'
refuse "unknown version" 1 'does not know this version' "$bpfprof" -q -p "$pid" -d 0.2
attached "unknown version: its blocks, where they are asked for" 'nothing was called' \
	-q --backend=markers -d 0.2
stop
gcc -o "$work/python27" -x c - <<<'void PyEval_EvalFrameEx(void) {} int main(void) { return 0; }'
refuse "older than 3.6" 1 'does not know this version of CPython; use CPython 3.8' "$bpfprof" -q -- "$work/python27"
"$bpfprof" probes "$work/python27" >"$work/out"
has "the verdict of probes" '^verdict: +its functions cannot be profiled'
