#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is no file nor reader: a terminal that is not there, a directory that goes while it counts.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

refuse "no terminal" 1 'no such device or terminal here' setsid -w "${attach[@]}" -d 0.2 -o /dev/tty
mkdir away kept
TMPDIR=$work/kept "$bpfprof" -q -o away/x.txt -- "${PYTHON[@]}" -c 'import os; os.rmdir("away")' 2>err
[ $? = 1 ] && grep -q '^bpfprof: cannot write away/x.txt: its directory is gone; choose another file' err &&
	! grep -q 'free some space' err && [ "$(wc -l <err)" = 2 ]
holds "a directory that has gone" "$(cat err)" [ $? = 0 ]
holds "the profile is kept elsewhere" "it is not" "$bpfprof" report kept/bpfprof-*.json
well "the process runs"
