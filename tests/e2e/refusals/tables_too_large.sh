#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Tables that do not fit are refused before any is made.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

with_memory() { # KIB COMMAND...
	printf 'MemTotal: 99999999 kB\nMemAvailable: %s kB\n' "$1" >"$work/meminfo"
	unshare --mount sh -c 'mount --bind "$0" /proc/meminfo && exec "$@"' "$work/meminfo" "${@:2}"
}
for limit in max-edges:8388608 max-functions:2097152; do
	refuse "--${limit%:*} above the free memory" 1 \
		'they take [0-9]+ MiB and 500 MiB are free; lower the --max options' with_memory 512000 \
		"$bpfprof" "--${limit%:*}=${limit#*:}" -- "${PYTHON[@]}" -c 'print("it ran")'
done
refuse "the default tables above the free memory" 1 'and 10 MiB are free' with_memory 10240 \
	"$bpfprof" -p $$
if with_memory 512000 "$bpfprof" -q --backend=inline -n 1 -- "${PYTHON[@]}" -c 'print("it ran")' \
	>"$work/out" 2>"$work/err" && grep -q '^it ran$' "$work/out"; then
	pass "tables that fit are made"
else
	fail "tables that fit are made" "$(head -1 "$work/err")"
fi
refuse "--max-edges has a bound" 2 'not a number from 1 to' "$bpfprof" --max-edges 200000000 -p $$
