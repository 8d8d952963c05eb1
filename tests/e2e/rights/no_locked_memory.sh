#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Who may lock no memory (ulimit -l 0) may profile: kernels that bpfprof works on (Linux 5.11 and later) count tables
# to the memory of the control group.
# shellcheck source=tests/e2e/rights/common.sh
. "$(dirname "$0")/common.sh"

target 65534 3.9
ulimit -l 0
enough "$base" inline
enough "$base,sys_admin" eval
enough "$base,sys_admin" usdt
stop
