#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A target that is killed while it is attached to gives one line or a table.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

killed_target "killed during the attach: one line or a table" usdt "${py[@]}" "$work/busy.py"
