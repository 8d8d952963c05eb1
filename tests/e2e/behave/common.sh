# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# How programs are launched, attached to and end. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "behave/$(basename "$0" .sh)" "$1"
python_use 3.9

prof=("$bpfprof" -q --usdt)
py=("${PYTHON[@]}")
