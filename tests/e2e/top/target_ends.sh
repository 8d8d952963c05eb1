#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The target's end is told, and the figures stay.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"

begun
stop
shows "the target's end is told" 'IT HAS ENDED'
keys q
shows "and the figures stay until q" 'ended: 0'
