#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# probes names every backend, and says of each whether it works.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

"$bpfprof" probes "${PYTHON[-1]}" >"$work/out"
for backend in inline eval usdt markers; do
	has "probes names $backend" "^  $backend +(yes|no): "
done
has "probes has a verdict" '^verdict: +can be profiled; bpfprof takes backend inline$'
"$bpfprof" probes "$(command -v gcc)" >"$work/out" 2>&1
has "and none of what is no Python" '^bpfprof: cannot look at .*it is not a Python interpreter'
