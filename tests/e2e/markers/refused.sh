#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is no block, no track or no order is refused in one line.
# shellcheck source=tests/e2e/markers/common.sh
. "$(dirname "$0")/common.sh"

refuse 'no Python and no markers' 1 'has no blocks' "$bpfprof" -p $$
refuse 'ctl: no order' 2 'give -p PID and one of' "$bpfprof" ctl -p $$
refuse 'ctl: no such track' 2 'below 1024' "$bpfprof" ctl -p $$ track 1024 off
refuse 'ctl: no control object' 1 'no control object' "$bpfprof" ctl -p $$ stop
refuse 'ctl: no such process' 1 'no such process' "$bpfprof" ctl -p 999999999 stop
for bad in x 1:=a.py:f 1024:a=a.py:f 1:a 1:a= 1:a=f 1:a=a.py: 1:a=:f 1:ä=a.py:ä; do
	[ "$bad" = 1:=a.py:f ] || refuse "--track $bad" 2 'not N:NAME' "$bpfprof" --track "$bad" -- true
done
