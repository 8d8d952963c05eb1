#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Launched: counts equal to the in-process count, function by function and caller by caller.
# shellcheck source=tests/e2e/exact/common.sh
. "$(dirname "$0")/common.sh"

all launched count
