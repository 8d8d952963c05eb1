#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# By TLS: to whom a certificate authority vouches for, and to nobody else.
# shellcheck source=tests/e2e/agent/common.sh
. "$(dirname "$0")/common.sh"
start "${PYTHON[@]}" "$work/shop.py"
scheme=https
push=/push.v1.PusherService/Push

# certified NAME SUBJECT: a certificate of the authority for that address
certified() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=shop -keyout "$work/$1.key" \
		-out "$work/$1.csr" 2>>"$work/openssl" &&
		openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -days 2 \
			-extfile <(echo "subjectAltName=$2") -out "$work/$1.pem" 2>>"$work/openssl"
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority \
	-keyout "$work/ca.key" -out "$work/ca.pem" 2>"$work/openssl"
certified right IP:127.0.0.1
certified other DNS:elsewhere.example

# away NAME PATTERN OPTION...: nothing is pushed, and that is why
away() {
	local name=$1 pattern=$2
	shift 2
	agent $push "$@"
	soon grep -q 'cannot push' "$work/err"
	ends
	said "$name" "cannot push to https://.*$pattern"
	if [ -e "$got/seen" ]; then
		fail "$name, nothing is pushed" "something was"
	else
		pass "$name, nothing is pushed"
	fi
}
serving "$work/got" "$work/right.pem" "$work/right.key"
away "an authority that nobody knows" certificate
kill -9 "$server"
wait "$server" 2>/dev/null
serving "$work/got" "$work/other.pem" "$work/other.key"
away "a certificate of somebody else" '(subject|host ?name|match)' --ca-file "$work/ca.pem"
kill -9 "$server"
wait "$server" 2>/dev/null
serving "$work/got" "$work/right.pem" "$work/right.key"
agent $push --ca-file "$work/ca.pem"
soon lines "$got/seen" 1
ends
holds "the authority that is named" 'length >= 1'
