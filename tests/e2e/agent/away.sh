#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The other side is away, slow, or out of order: profiles wait, are tried again, and none is lost or sent twice.
# shellcheck source=tests/e2e/agent/common.sh
. "$(dirname "$0")/common.sh"
start "${PYTHON[@]}" "$work/shop.py"
serving "$work/got"
push=/push.v1.PusherService/Push

# told HOW PATTERN OPTION...: what it says while the server does that
told() {
	rm -f "$got/asked"
	echo "$1" >"$got/answer"
	agent $push "${@:3}"
	soon lines "$got/asked" 2
	soon spooled 2
	said "$1, says so" "$2"
	if [ "$(grep -c 'cannot push' "$work/err")" = 1 ]; then
		pass "$1, once"
	else
		fail "$1, once" "not one line"
	fi
}

told closes 'cannot push to http://127.*; profiles wait in .*spool'
rm "$got/answer"
soon lines "$got/seen" 2
soon grep -q 'takes profiles again' "$work/err"
said "and that it is back" 'takes profiles again'
ends
for how in 500 later 404; do
	told $how 'cannot push.*it answers (500: so it is answered|429: too many|404: so it is)'
	if ends && spooled 2; then
		pass "$how, what is pending stays"
	else
		fail "$how, what is pending stays" "it ended badly, or it is gone"
	fi
done
before=$(seen length)
told elsewhere 'cannot push.*it answers 307'
ends
if [ "$(seen length)" = "$before" ]; then
	pass "elsewhere, it does not go there"
else
	fail "elsewhere, it does not go there" "$(seen length) of $before"
fi
told garbage 'cannot push.*HTTP/0.9'
ends
told endless 'cannot push.*it answers 500: xxxxx'
soon lines "$got/left" 1
said "endless, it does not wait for the end" 'it answers 500'
ends
told hangs 'cannot push.*timed out' --timeout 1
kill -TERM "$me"
wait "$me"
pending=$(find "$work/spool" -name '*.pprof' | wc -l)
before=$(seen length)
rm "$got/answer"
agent $push
soon lines "$got/seen" $((before + pending))
ends
holds "another agent pushes what this one left" "length >= $((before + pending))"
holds "none twice" '([.[].id] | unique | length) == length'
if kill -0 "$pid"; then
	pass "leaves the program alone"
else
	fail "leaves the program alone" "it died"
fi
