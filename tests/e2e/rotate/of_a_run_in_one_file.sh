#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# SIGUSR1 without --rotate: of all so far.
# shellcheck source=tests/e2e/rotate/common.sh
. "$(dirname "$0")/common.sh"

measure -o "$work/files/p-x.json"
ask 10
kill -USR1 "$me"
says "SIGUSR1 of a run in one file" soon holds 10 1
ask 10
kill -INT "$me"
wait "$me"
says "which then has all" holds 20 1
stop
