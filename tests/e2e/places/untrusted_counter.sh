#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A machine whose time stamp counter the kernel does not trust.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

echo acpi_pm >"$work/clocks"
clocks=/sys/devices/system/clocksource/clocksource0
untrusted=(unshare -m sh -c 'mount --bind "$0" "$1/available_clocksource" &&
	mount --bind "$0" "$1/current_clocksource" && shift && exec "$@"' "$work/clocks" "$clocks")
for backend in inline eval; do
	expect "no trusted counter: $backend" 0 "${untrusted[@]}" "$bpfprof" --backend=$backend -- \
		"${py[@]}" -c $'import time\ndef f(): time.sleep(0.11)\nf()\nf()'
	has "no trusted counter: $backend counts and times" '^ +2 +0\.[234].*\(f\)'
done
start unshare -T "${py[@]}" -c 'import signal; print("ready", flush=True); signal.pause()'
refuse "no trusted counter, another time namespace" 1 'time namespace' \
	"${untrusted[@]}" "$bpfprof" -q --backend=inline -p "$pid"
stop
