# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Where an interpreter can be and how it can come to run. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "places/$(basename "$0" .sh)" "$1"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
prof=("$bpfprof" -q --usdt)
python_use 3.9
py=("${PYTHON[@]}")
environment=("${py[@]:0:3}")
interpreter=${py[-1]}

cat >"$work/busy.py" <<'E2'
def leaf(): pass
def work():
    for _ in range(1000): leaf()
print("ready", flush=True)
while True: work()
E2
