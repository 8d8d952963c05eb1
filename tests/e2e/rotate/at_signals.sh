#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Each signal ends an interval; those of one second get numbers. What cannot be written is not lost.
# shellcheck source=tests/e2e/rotate/common.sh
. "$(dirname "$0")/common.sh"

measure --rotate 1h -o "$work/files/p-%Y.json"
ask 100
kill -USR1 "$me"
says "SIGUSR1 has a file written" soon holds 100 1
ask 200
kill -HUP "$me"
says "SIGHUP too, and ends nothing" soon holds 300 2
mv "$work/files" "$work/away"
ask 50
kill -USR1 "$me"
soon grep -q 'goes to the next file' "$work/err"
mv "$work/away" "$work/files"
ask 7
kill -USR1 "$me"
says "an interval that could not be written is in the next" soon holds 357 3
mv "$work/files" "$work/away"
kill -INT "$me"
wait "$me"
says "the last one is stored elsewhere" grep -q 'the profile went to' "$work/err"
stop
