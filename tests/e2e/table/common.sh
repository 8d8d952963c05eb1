# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The dispatch table where it cannot be written, and where another tool changes it. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "table/$(basename "$0" .sh)" "$1"
# shellcheck source=tests/untouched.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../untouched.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
gcc -O1 -shared -fPIC "$here/meddler.c" -o "$work/meddler.so"

# meddles VERSION: the target of $pid, which ask drives; its $table, where RETURN_VALUE's $entry is there, and
# the $page that it can lead through
meddles() {
	version=$1
	python_use "$1"
	driven "${PYTHON[@]}" "$PYDIR/targets/meddles.py"
	known
	ask "at $table"
	read -r _ entry page <<<"$line"
}

end() {
	stop
	exec 9>&-
}
