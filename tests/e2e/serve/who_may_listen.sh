#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# To those alone who may ask, and at no address that others have.
# shellcheck source=tests/e2e/serve/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/shop.sh
. "$tests_dir/shop.sh"

refuse "in reach of others without a token" 2 'token-file' "$bpfprof" serve -p "$pid" --listen 0.0.0.0:0
refuse "no address" 2 'ADDRESS:PORT' "$bpfprof" serve -p "$pid" --listen somewhere
for port in 65536 99999 70000 4294967296 -1 ''; do
	refuse "no port: '$port'" 2 'ADDRESS:PORT' "$bpfprof" serve -p "$pid" --listen "127.0.0.1:$port"
done
echo secret >"$work/token"
chmod 600 "$work/token"
refuse "a short token" 2 'too short' "$bpfprof" serve -p "$pid" --listen 0.0.0.0:0 --token-file "$work/token"
echo correct-horse-battery-staple >"$work/token"
chmod 644 "$work/token"
refuse "a token that others can read" 2 'others' "$bpfprof" serve -p "$pid" --token-file "$work/token"
chmod 600 "$work/token"

"$bpfprof" serve -q -p "$pid" --listen 127.0.0.1:0 2>"$work/err" &
me=$!
started+=("$me")
if soon grep -q 'serving at http://127.0.0.1:[1-9]' "$work/err"; then
	pass "-q says a port that it found"
else
	fail "-q says a port that it found" "it does not"
fi
kill -INT "$me"
wait "$me"

serving -i .3 --token-file "$work/token"
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
