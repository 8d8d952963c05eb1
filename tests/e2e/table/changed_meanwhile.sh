#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Another tool changes the table while bpfprof is in: it leads on to what it found, and puts that back.
# shellcheck source=tests/e2e/table/common.sh
. "$(dirname "$0")/common.sh"

for row in 3.11:inline 3.11:eval 3.15:inline; do
	meddles "${row%:*}"
	backend=${row#*:}
	ask open
	untouched=$(digest)
	counting --bias off --backend="$backend" -p "$pid" -o "$work/p.json"
	ask call
	ask in
	soon grep -q 'another tool has changed the dispatch table' "$work/err"
	ask call
	kill -INT "$me"
	wait "$me"
	ask call # by what bpfprof has left
	ask out
	ask call
	if python3 - "$work/p.json" <<'EOT' 2>>"$work/err"; then
import json, sys
p = json.load(open(sys.argv[1]))
assert list(p["losses"]) == ["reset"], p["losses"]
assert [f["ncalls"] for f in p["functions"] if f["name"] == "f"] == [2000], p["functions"]
EOT
		pass "$version $backend, changed meanwhile: all is counted"
	else
		fail "$version $backend, changed meanwhile: all is counted" "$(tail -1 "$work/err")"
	fi
	if [ "$(grep -c 'another tool' "$work/err")" = 1 ] && [ "$line" = "done None" ]; then
		pass "$version $backend, changed meanwhile: it is said once, and the program is well"
	else
		fail "$version $backend, changed meanwhile: it is said once, and the program is well" "$line"
	fi
	"$bpfprof" -q --bias off --backend="$backend" -p "$pid" -d 0.1 >"$work/out" 2>"$work/err"
	as_before "$version $backend, changed meanwhile: the next one leaves all as before"
	end
done
