#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Ctrl-C reaches the program; -d ends the measurement and not the program.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

expect "Ctrl-C on a terminal reaches the program" 130 python3 "$here/terminal.py" hello \
	"$bpfprof" --usdt -- "${py[@]}" -c 'import time
print("hello", flush=True)
while True: time.sleep(.1)' # a signal just before a sleep waits for its end
has "Ctrl-C: the program says KeyboardInterrupt" KeyboardInterrupt
expect "-d ends the measurement, not the program" 7 "${prof[@]}" -d 3 -- "${py[@]}" -c '
import sys, time
def early(): pass
def late(): pass
early()
begin = time.monotonic()
while time.monotonic() < begin + 4: pass
late()
sys.exit(7)'
has "-d: what came before is in the table" '\(early\)'
if grep -q '(late)' "$work/out"; then
	fail "-d: what came after is not" "it is"
else
	pass "-d: what came after is not"
fi
