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

# meddles VERSION: the target of $pid, which do_it drives; its $table, where RETURN_VALUE's $entry is there, and
# the $page that it can lead through
meddles() {
	version=$1
	python_use "$1"
	rm -f "$work/in"
	mkfifo "$work/in"
	exec 9<>"$work/in"
	start "${PYTHON[@]}" "$PYDIR/targets/meddles.py" <"$work/in"
	known
	do_it "at $table"
	read -r _ entry page <<<"$line"
}

do_it() {
	echo "$1" >&9
	read -r -t 60 line <&8
}

end() {
	stop
	exec 9>&-
}
