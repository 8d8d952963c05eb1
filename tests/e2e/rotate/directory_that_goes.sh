#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What could not be written comes under the number that it was to have.
# shellcheck source=tests/e2e/rotate/common.sh
. "$(dirname "$0")/common.sh"

measure --rotate 0.1s -o "$work/files/p-%Y.json" # one name for all
ask 10
soon has_files 2
year=$(cd "$work/files" && echo p-????.json)
year=${year%.json}
mv "$work/files" "$work/away"
soon grep -q 'could not be written' "$work/err"
ask 10
mv "$work/away" "$work/files"
files=("$work/files"/p-*)
soon has_files $((${#files[@]} + 2))
kill -INT "$me"
wait "$me"
says "nothing is lost" holds 20
files=("$work/files"/p-*)
last=$(printf '%s\n' "${files[@]##*/}" | sort -V | tail -1)
says "no number is left out" test "$last" = "$year.${#files[@]}.json"
stop
