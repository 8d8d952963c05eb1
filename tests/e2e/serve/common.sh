# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Profiles over HTTP. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "serve/$(basename "$0" .sh)" "$1"
here=$(dirname "${BASH_SOURCE[0]}")
share=$tests_dir/../user/share

# serving OPTION...: bpfprof of $me serves $pid at $port
serving() {
	counting serve -p "$pid" --listen 127.0.0.1:0 "$@"
	port=$(sed -n 's,.*serving at http://127.0.0.1:\([0-9]*\)/.*,\1,p' "$work/err")
}

# asked CLIENT ARGUMENT...: who asks it at $port, and then it ends
asked() {
	if ! /usr/bin/python3 "$here/$1" "$port" "${@:2}"; then
		fail "all was asked" "the client failed"
	fi
	kill -INT "$me" 2>/dev/null # where the client has not
	if wait "$me" && kill -0 "$pid"; then
		pass "ends, and leaves the program alone"
	else
		fail "ends, and leaves the program alone" "it failed, or the program died"
	fi
}
