# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The live screen on a real terminal. Sourced by each case: $pid runs a shop that has work to do once $work/go is there.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "top/$(basename "$0" .sh)" "$1"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/screen.sh
. "$here/../screen.sh"
# shellcheck source=tests/shop.sh
. "$here/../shop.sh"

# begun: top runs on $pid, and has shown figures
begun() {
	on_screen 80 24 "$bpfprof" top -i 0.2 -p "$pid"
	soon on_it 'tick'
	me=$(pgrep -f "^$bpfprof top -i 0.2 -p $pid\$")
}
