# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What a run says of itself while it goes on: one line on a terminal, none elsewhere; and reports that are drawn in
# place. Sourced by each case: $pid calls leaf.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "progress/$(basename "$0" .sh)" "$1"
# shellcheck source=tests/screen.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../screen.sh"
python_use 3.11

cat >"$work/busy.py" <<'E2'
import time
def leaf(): pass
print("ready", flush=True)
while True:
    leaf()
    time.sleep(.001)
E2
start "${PYTHON[@]}" "$work/busy.py"
