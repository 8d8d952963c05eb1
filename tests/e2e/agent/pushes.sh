#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Each protocol: messages as they are published, exact counts, labels.
# shellcheck source=tests/e2e/agent/common.sh
. "$(dirname "$0")/common.sh"

export OTEL_SERVICE_NAME='shop, "the first"' OTEL_RESOURCE_ATTRIBUTES=a=b,service.version=1.2
start "${PYTHON[@]}" "$work/shop.py"
unset OTEL_SERVICE_NAME OTEL_RESOURCE_ATTRIBUTES
host=$(uname -n)
exact='all(.[]; (.calls.leaf - 10 * .calls.run) as $more | $more >= -10 and $more <= 10) and any(.[]; .calls.run > 0)'
labels='.labels | .host == "'$host'" and .pid == "'$pid'" and .service_version == "1.2" and
	(.python_version | startswith("3.11")) and .env == "test" and .quoted == "_\"\\_"'

for path in /push.v1.PusherService/Push /profiles/writeraw /ingest; do
	serving "$work/of${path//\//_}"
	echo not-so-secret-token >"$work/token"
	chmod 600 "$work/token"
	agent "$path" --label env=test --label 'quoted=
"\	' --header 'X-Scope-OrgID: us' --token-file "$work/token"
	soon lines "$got/seen" 1
	if ends; then
		pass "$path, SIGTERM"
	else
		fail "$path, SIGTERM" "status is not 0"
	fi
	holds "$path, exact" "$exact"
	holds "$path, headers" 'all(.[]; .headers == {"X-Scope-OrgID": "us", Authorization: "Bearer not-so-secret-token"})'
	if [ $path = /ingest ]; then # which has no quotes
		labels=${labels/'"_\"\\_"'/'"____"'}
		holds "$path, service" 'all(.[]; .labels.service_name == "shop_ _the first_")'
	else
		holds "$path, service" 'all(.[]; .labels.service_name == "shop, \"the first\"")'
	fi
	holds "$path, labels" "all(.[]; $labels)"
	said "$path, says what was done" '[1-9][0-9]* profiles pushed, 0 refused, 0 dropped'
	kill -9 "$server"
	wait "$server" 2>/dev/null
done
serving "$work/otlp"
agent /v1development/profiles --paths
soon lines "$got/seen" 1
ends
holds "OpenTelemetry, exact, of call paths" "($exact) and all(.[]; .deepest == 3)"
holds "OpenTelemetry, whose" 'all(.[].labels; ."service.name" == "shop, \"the first\"" and ."process.pid" == "'"$pid"'" and
	."host.name" == "'"$host"'" and ."service.version" == "1.2" and ."process.runtime.name" == "CPython")'
kill -9 "$server"
wait "$server" 2>/dev/null
export HOST=::1
if grep -qs '^0\{31\}1 ' /proc/net/if_inet6; then
	where='me:secret@[::1]'
	serving "$work/ipv6"
	agent /ingest
	soon lines "$got/seen" 1
	ends
	holds "IPv6, as a user with a password" 'length >= 1 and all(.[]; .headers.Authorization == "Basic bWU6c2VjcmV0")'
	said "no password is shown" "pushing to http://\[::1\]:$port/ingest;"
else
	echo "ok $ring IPv6, as a user with a password # SKIP no IPv6 here"
fi
if kill -0 "$pid"; then
	pass "leaves the program alone"
else
	fail "leaves the program alone" "it died"
fi
