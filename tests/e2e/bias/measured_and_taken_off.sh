#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# It is measured before the run and taken off: corrected times are nearer to the true ones.
# shellcheck source=tests/e2e/bias/common.sh
. "$(dirname "$0")/common.sh"

for row in usdt:3.9 eval:3.11 inline:3.11 inline:3.14; do
	python_use "${row#*:}"
	placed calls.py
	traps=
	case $row in inline*) ;; *) traps=yes ;; esac
	true=$("${PYTHON[@]}" "$script")
	"$bpfprof" -q "--backend=${row%:*}" -o "$work/p.json" -- "${PYTHON[@]}" "$script" \
		>"$work/out" 2>"$work/err"
	checks "$row: measured before the run, and taken off" "$work/check.py" "$work/p.json" "$true" measured $traps
done
