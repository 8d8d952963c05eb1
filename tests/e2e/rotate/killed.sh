#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Killed, it loses no interval that is over, and the program runs on.
# shellcheck source=tests/e2e/rotate/common.sh
. "$(dirname "$0")/common.sh"

measure --rotate 0.1s -o "$work/files/p-%s.json"
for ((i = 1; i <= 5; i++)); do
	ask 1000
	soon has_files $((i + 1))
done
says "no call is between two intervals" soon holds 5000
kill -9 "$me"
wait "$me" 2>/dev/null
says "killed, it loses no interval that is over" holds 5000
ask 1
says "the program runs on" test "$line" = "done"
stop
