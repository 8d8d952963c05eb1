#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Profiles over HTTP: exact, to those alone who may ask, and for nothing to who is slow. serve.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" serve "$1"
# shellcheck source=tests/shop.sh
. "$(dirname "$0")/../shop.sh"

counting serve -p "$pid" -i .3 --listen 127.0.0.1:0
port=$(sed -n 's,.*serving at http://127.0.0.1:\([0-9]*\)/.*,\1,p' "$work/err")
if ! /usr/bin/python3 "$tests_dir/e2e/serve.py" "$port" "$work/go" $calls $me "$cache/tools" "$tests_dir/../user/share"; then
	fail "all was asked" "the client failed"
	kill -INT $me
fi
if wait $me && kill -0 "$pid"; then
	pass "ends, and leaves the program alone"
else
	fail "ends, and leaves the program alone" "it failed, or the program died"
fi

# Where it serves is not said before it can be.
"$bpfprof" serve -p 99999999 --listen 127.0.0.1:0 >"$work/out" 2>"$work/err"
if [ $? = 1 ] && [ "$(wc -l <"$work/err")" = 1 ] && ! grep -q 'serving' "$work/err"; then
	pass "no process: does not say that it serves"
else
	fail "no process: does not say that it serves" "$(cat "$work/err")"
fi

# Who may listen where.
refuse "in reach of others without a token" 2 'token-file' "$bpfprof" serve -p "$pid" --listen 0.0.0.0:0
refuse "no address" 2 'ADDRESS:PORT' "$bpfprof" serve -p "$pid" --listen somewhere
echo secret >"$work/token"
chmod 600 "$work/token"
refuse "a short token" 2 'too short' "$bpfprof" serve -p "$pid" --listen 0.0.0.0:0 --token-file "$work/token"
echo correct-horse-battery-staple >"$work/token"
chmod 644 "$work/token"
refuse "a token that others can read" 2 'others' "$bpfprof" serve -p "$pid" --token-file "$work/token"
chmod 600 "$work/token"

counting serve -p "$pid" -i .3 --listen 127.0.0.1:0 --token-file "$work/token"
port=$(sed -n 's,.*serving at http://127.0.0.1:\([0-9]*\)/.*,\1,p' "$work/err")
refuse "the same address twice" 1 'another address' "$bpfprof" serve -p "$pid" --listen "127.0.0.1:$port"
if /usr/bin/python3 - "$port" <<'E2'; then
import http.client, sys
def status(**headers):
    c = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=60)
    c.request("GET", "/", headers=headers)
    return c.getresponse().status
def bearing(token):
    return status(Authorization="Bearer " + token)
assert status() == 401
assert [bearing(t) for t in ("", "correct", "correct-horse-battery-stapler", "x" * 5000)] == [401] * 4
assert bearing("correct-horse-battery-staple") == 200
E2
	pass "the token, and no other"
else
	fail "the token, and no other" "another status"
fi
kill -INT $me
wait $me
