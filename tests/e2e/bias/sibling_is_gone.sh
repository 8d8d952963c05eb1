#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The sibling does not outlive the measuring.
# shellcheck source=tests/e2e/bias/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.11
uid=$((61000 + $$ % 4000)) # nobody else's
start env HOME=/ setpriv --reuid $uid --clear-groups "${PYTHON[@]}" -c \
	'import signal; print("ready", flush=True); signal.pause()'
"$bpfprof" -q -p "$pid" -d 0.1 >"$work/out" 2>"$work/err"
if [ "$(pgrep -u $uid)" = "$pid" ]; then
	pass "the sibling is gone"
else
	fail "the sibling is gone" "$(pgrep -u $uid -a)"
fi
stop
