#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# By time, of which the last ones stay, and what others wrote.
# shellcheck source=tests/e2e/rotate/common.sh
. "$(dirname "$0")/common.sh"

measure --rotate 0.1s --keep 2 -o "$work/files/p-%s.json"
echo mine >"$work/files/p-1.json"
soon has_files 3
first=("$work/files"/p-*)
soon test ! -e "${first[1]}"
kill -INT "$me"
wait "$me"
says "--keep leaves files of others" test -e "$work/files/p-1.json"
rm "$work/files/p-1.json"
says "--keep" holds 0 2
stop

refuse "--rotate into one file" 2 "needs a name of its own" "$bpfprof" -p 1 --rotate 60 -o "$work/x.json"
