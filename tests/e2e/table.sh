#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The dispatch table where it cannot be written, and where another tool changes it. table.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" table "$1"
# shellcheck source=tests/untouched.sh
. "$(dirname "$0")/../untouched.sh"
here=$(cd "$(dirname "$0")" && pwd)
gcc -O1 -shared -fPIC "$here/meddler.c" -o "$work/meddler.so"

# meddles VERSION: the target of $pid, which do_it drives; its $table, where RETURN_VALUE's $entry is there, and
# the $page that it can lead through
meddles() {
	version=$1
	python_use "$1"
	rm -f "$work/in"
	mkfifo "$work/in"
	exec 9<>"$work/in"
	start "${PYTHON[@]}" "$PYDIR/targets/meddles.py" <"$work/in"
	known
	do_it "at $table"
	read -r _ entry page <<<"$line"
}

do_it() {
	echo "$1" >&9
	read -r -t 60 line <&8
}

end() {
	stop
	exec 9>&-
}

# --- what cannot be written
for version in 3.11 3.14; do
	meddles $version
	do_it over
	do_it spin
	untouched=$(digest)
	attached "$version a table that cannot be written: the slot" '\(f\)' --bias off -d 0.3 -v
	if grep -q 'by the evaluator slot, not by the table: its code and constants cannot be written' "$work/err"; then
		pass "$version a table that cannot be written: it is said"
	else
		fail "$version a table that cannot be written: it is said" "it is not"
	fi
	said=$(grep -c 'hot calls of a __getitem__ by obj\[i\] are missed' "$work/err")
	if [ "$version:$said" = 3.11:1 ] || [ "$version:$said" = 3.14:0 ]; then
		pass "$version a table that cannot be written: so is what is missed"
	else
		fail "$version a table that cannot be written: so is what is missed" "it is not"
	fi
	as_before "$version a table that cannot be written: nothing is changed"
	end
done
meddles 3.15-jit # has no other way
do_it over
untouched=$(digest)
maps=$(grep -c . "/proc/$pid/maps")
refuse "3.15-jit a table that cannot be written" 1 'cannot be written' "$bpfprof" -q --bias off -p "$pid"
as_before "$version a table that cannot be written, and no slot: nothing is changed"
if [ "$(grep -c . "/proc/$pid/maps")" = "$maps" ]; then
	pass "3.15-jit a table that cannot be written, and no slot: nothing is mapped"
else
	fail "3.15-jit a table that cannot be written, and no slot: nothing is mapped" "$(grep bpfprof "/proc/$pid/maps")"
fi
end
for backend in inline eval; do
	meddles 3.11
	untouched=$(digest)
	do_it spin
	rm -f "$work/refused"
	export REFUSE=$work/refused LD_PRELOAD=$work/meddler.so
	attached "no forced writes, $backend" '\(f\)' --bias off --backend=$backend -d 0.3 -v
	unset REFUSE LD_PRELOAD
	if [ -e "$work/refused" ] && grep -q 'by the dispatch table' "$work/err"; then
		pass "no forced writes, $backend: by ptrace"
	else
		fail "no forced writes, $backend: by ptrace" "it is not"
	fi
	as_before "$version no forced writes, $backend: all is as before"
	end
done

# --- another tool, between the look and the change
for version in 3.11 3.15; do
	meddles $version
	do_it open
	before=$(digest)
	do_it in
	theirs=$(digest)
	do_it out
	maps=$(grep -c . "/proc/$pid/maps")
	export MEDDLE="$table $entry $page" LD_PRELOAD=$work/meddler.so
	refuse "$version changed just before" 1 'another tool has just changed its dispatch table' \
		"$bpfprof" -q --bias off --backend=inline -p "$pid"
	unset MEDDLE LD_PRELOAD
	untouched=$theirs
	as_before "$version changed just before: that stays, and nothing else is changed"
	if [ "$(grep -c . "/proc/$pid/maps")" = "$maps" ]; then
		pass "$version changed just before: nothing is mapped"
	else
		fail "$version changed just before: nothing is mapped" "$(grep bpfprof "/proc/$pid/maps")"
	fi
	do_it call
	do_it out
	untouched=$before
	as_before "$version changed just before: it goes"
	end
done

# --- another tool, while bpfprof is in: it leads on to what it found, and puts that back
for row in 3.11:inline 3.11:eval 3.15:inline; do
	meddles "${row%:*}"
	backend=${row#*:}
	do_it open
	untouched=$(digest)
	counting --bias off --backend="$backend" -p "$pid" -o "$work/p.json"
	do_it call
	do_it in
	soon grep -q 'another tool has changed the dispatch table' "$work/err"
	do_it call
	kill -INT "$me"
	wait "$me"
	do_it call # by what bpfprof has left
	do_it out
	do_it call
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
