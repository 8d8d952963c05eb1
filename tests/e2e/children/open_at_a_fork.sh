#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is open at a fork is no call of the child, and has a mark that says so.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

"$bpfprof" -q --bias off --children -n outer -- "${PYTHON[@]}" -c 'import os
def outer():
    if not os.fork(): os._exit(0)
    os.wait()
outer()' >"$work/out" 2>"$work/err"
has "one call" '^ +1 .*\(outer\) \+$'
has "and why a mark" '^   \+ open when .* at the fork'
