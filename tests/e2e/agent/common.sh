# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An agent, and a server that looks closely at what it pushes. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "agent/$(basename "$0" .sh)" "$1"
python_use 3.11

# Each run calls leaf ten times.
cat >"$work/shop.py" <<'E2'
import time
def leaf(): pass
def run():
    for _ in range(10): leaf()
print("ready", flush=True)
while True:
    run()
    time.sleep(.001)
E2

# serving DIR [CERTIFICATE KEY]: the server, at $port, with what it saw in DIR
serving() {
	mkdir -p "$1"
	rm -f "$1/port"
	/usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/server.py" "$@" 2>"$work/server" &
	server=$!
	started+=("$server")
	soon test -e "$1/port" || sed 's/^/# the server: /' "$work/server"
	port=$(cat "$1/port")
	got=$1
}

# agent PATH OPTION...: as $me, for the processes whose command line has $work in it
agent() {
	local path=$1
	shift
	: >"$work/out"
	: >"$work/err"
	"$bpfprof" agent --match "$work/shop" --every 1 --for 0.2 --push "${scheme:-http}://${where:-127.0.0.1}:$port$path" \
		--spool "$work/spool" "$@" >"$work/out" 2>"$work/err" &
	me=$!
	started+=("$me")
}

# ends: the agent is told to, and does so
ends() {
	kill -TERM "$me"
	wait "$me"
}

# lines FILE N: it has so many by now
lines() {
	[ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]
}

# spooled N: so many profiles wait
spooled() {
	[ "$(find "$work/spool" -name '*.pprof' | wc -l)" -ge "$1" ]
}

# seen FILTER: what jq makes of all that the server has seen, as one array
seen() {
	jq -cs "$1" "$got/seen"
}

# holds NAME FILTER: jq says true of all that was seen, and the server found nothing wrong
holds() {
	if [ -e "$got/wrong" ]; then
		fail "$1" "$(head -1 "$got/wrong")"
	elif [ "$(seen "$2")" = true ]; then
		pass "$1"
	else
		fail "$1" "$(seen '.[:2]')"
	fi
}

# said NAME PATTERN: the agent has a line of it
said() {
	if grep -Eq "$2" "$work/err"; then
		pass "$1"
	else
		fail "$1" "no $2"
	fi
}
