# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What cannot be profiled is refused in one line that fits the case. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "refusals/$(basename "$0" .sh)" "$1"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

python_use 3.11
