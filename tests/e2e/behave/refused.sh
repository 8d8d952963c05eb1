#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is asked wrongly, or of what cannot be profiled, is refused in one line.
# shellcheck source=tests/e2e/behave/common.sh
. "$(dirname "$0")/common.sh"

refuse "no such PID" 1 'no such process' "$bpfprof" -p 999999999
refuse "not a Python" 1 'bash, which is no Python' "$bpfprof" -p $$
refuse "no such command" 1 'No such file' "$bpfprof" -- "$work/nowhere"
refuse "never Python" 1 'without ever becoming' "$bpfprof" -- true
refuse "never Python, and it failed: its status" 5 'without ever becoming' "$bpfprof" -- sh -c 'exit 5'
refuse "never Python, nor a child: its status" 6 'no Python process' "$bpfprof" --children -- sh -c 'exit 6'
refuse "never Python, ended by a signal: that" 143 'without ever becoming' "$bpfprof" -- sh -c 'kill $$'
refuse "Python in a shell" 1 'python command itself.*--children' "$bpfprof" -- sh -c '/usr/bin/python3 -c pass; true'
refuse "3.11 fires returns only" 1 '3.11.*return' "$bpfprof" --usdt -- /usr/bin/python3 -c pass
printf '#!/usr/bin/env python3\n' >"$work/script"
refuse "the probes of a script" 1 'script; give the python' "$bpfprof" probes "$work/script"
python_use 3.13
refuse "3.13 has no probes" 1 '3.12 to 3.14' "$bpfprof" --usdt -- "${PYTHON[@]}" -c pass
refuse "unwritable output" 1 'cannot write' "$bpfprof" -o "$work/no/dir.json" -- true
refuse "unknown sort key" 2 'sort key' "$bpfprof" -s bogus -- true
refuse "unknown format" 2 'format' "$bpfprof" -f bogus -- true
refuse "unknown backend" 2 'backend' "$bpfprof" --backend=bogus -- true
refuse "unknown option" 2 'no such option' "$bpfprof" --bogus
refuse "nothing to do" 2 'give' "$bpfprof" -q
refuse "both" 2 'either' "$bpfprof" -p 1 -- true
refuse "not a number" 2 'number' "$bpfprof" -p x
refuse "no rights" 1 'root' setpriv --reuid 65534 --clear-groups "$bpfprof" -- true
