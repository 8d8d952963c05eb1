#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What a launched program inherits for SIGTRAP is its own: a breakpoint of ours ends in one on its way.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

program='
import os, signal, sys
def work(): os.kill(os.getpid(), signal.SIGTRAP)
what = [signal.getsignal(signal.SIGTRAP) == signal.SIG_IGN, signal.SIGTRAP in signal.pthread_sigmask(signal.SIG_BLOCK, [])]
if any(what): work()
print("ignored%d blocked%d" % tuple(what), "pending%d" % (signal.SIGTRAP in signal.sigpending()), file=sys.stderr)
'
# becomes HOW COMMAND...: the command, which inherits it so
becomes='
import os, signal, sys
if "ignored" in sys.argv[1]: signal.signal(signal.SIGTRAP, signal.SIG_IGN)
if "blocked" in sys.argv[1]: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTRAP])
os.execv(sys.argv[2], sys.argv[2:])
'

# keeps HOW WANTED [OPTION]...: what the program finds
keeps() {
	local name="$version, $backend, $1${3+, $3}" how=$1 wanted=$2
	shift 2
	expect "$name: profiled" 0 /usr/bin/python3 -c "$becomes" "$how" "${prof[@]}" --backend "$backend" "$@" \
		-- "${PYTHON[@]}" -c "$program"
	says "$name: as inherited" "^$wanted\$"
}

# says NAME PATTERN: the program's own words
says() {
	if grep -q "$2" "$work/err"; then
		pass "$1"
	else
		fail "$1" "no $2"
	fi
}

each_way() {
	keeps neither "ignored0 blocked0 pending0"
	keeps ignored "ignored1 blocked0 pending0"
	keeps blocked "ignored0 blocked1 pending1"
	keeps ignored-blocked "ignored1 blocked1 pending." --children
}

each_version each_way
