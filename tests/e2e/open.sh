#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is open at the attach: blocked and looping threads show at once, and every call has its caller.
# open.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" open "$1"

# open.json of the target: open.py DEPTH SLEEPERS
cat >"$work/check.py" <<'EOF2'
import json, sys
depth, sleepers = map(int, sys.argv[2:])
p = json.load(open(sys.argv[1]))
f = {f["name"]: f for f in p["functions"] if f["file"].endswith("/open.py")}
for name, n in (("getter", 1), ("acceptor", 1), ("consumer", 1), ("caller", 1), ("looper", 1), ("deep", depth + 1),
                ("sleeper", sleepers), ("<module>", 1)):
    row = f[name]
    assert (row["ncalls"], row["open"]) == (0, n), (name, row)
    assert row["raw_cumtime_ns"] > 900e6 * (1 if name == "deep" else n), (name, row)
assert f["sleeper"]["own_off_ns"] > f["sleeper"]["raw_tottime_ns"] / 2, f["sleeper"]
assert f["leaf"]["ncalls"] > 0, f["leaf"]
pairs = {(e["caller_name"], e["callee_name"]): e for e in p["edges"] if e["callee_file"].endswith("/open.py")}
assert pairs["caller", "leaf"]["ncalls"] == f["leaf"]["ncalls"], pairs["caller", "leaf"]
assert (pairs["deep", "deep"]["open"], pairs["deep", "deep"]["ncalls"]) == (depth, 0), pairs["deep", "deep"]
assert pairs["<module>", "looper"]["open"] == 1
assert len(p["threads"]) == 6 + sleepers and all(t["tottime_ns"] > 0 for t in p["threads"]), p["threads"]
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
EOF2

# stands NAME DEPTH SLEEPERS OPTION...: a profile of $pid has all that stands there, or of 1 where bpfprof runs $within
# a pid namespace
within=()
stands() {
	local name=$1 depth=$2 sleepers=$3 why
	shift 3
	"${within[@]}" "$bpfprof" -q -p $((${#within[@]} ? 1 : pid)) -d 1 -o "$work/p.json" "$@" >"$work/out" 2>"$work/err" </dev/null
	if why=$(python3 "$work/check.py" "$work/p.json" "$depth" "$sleepers" 2>&1); then
		pass "$name"
	else
		fail "$name" "$(tail -1 <<<"$why" | cut -c1-300)"
	fi
}

# use BACKEND:VERSION[:slot]: the interpreter, and $backend
use() {
	backend=${1%%:*} slot=
	case $1 in *:slot) slot=1 ;; esac
	version=${1#*:}
	python_use "${version%:slot}"
}

# begin TARGET: with fd 7 to its input; by the slot, where its dispatch table cannot be written
begin() {
	local table word
	rm -f "$work/in"
	mkfifo "$work/in"
	exec 7<>"$work/in"
	if [ -z "$slot" ]; then
		start "${PYTHON[@]}" "$PYDIR/targets/$1" <"$work/in"
		return
	fi
	start "${PYTHON[@]}" "$PYDIR/targets/meddles.py" <"$work/in"
	table=$("$bpfprof" probes -p "$pid" | sed -n 's|^table: .* at \(0x[0-9a-f]*\), .*|\1|p')
	for word in "at $table" over "run $PYDIR/targets/$1"; do
		echo "$word" >&7
		read -r -t 60 _ <&8
	done
}

# --- every way in, on every version that differs in it
rows=(inline:{3.9,3.11,3.13,3.14,3.15} eval:{3.9,3.11,3.15} usdt:{3.9,3.15} inline:3.1{1,3,5}:slot eval:3.1{1,5}:slot)
for row in ${ROWS:-${rows[@]}}; do
	use "$row"
	begin open.py
	stands "$row: what is open at the attach" 300 1 --backend="$backend"
	[ "$version" != 3.11 ] || stands "$row: and with its paths" 300 1 --backend="$backend" --paths
	stop
	exec 7>&-
done

# --- in a pid namespace, where threads have other numbers than the kernel knows them by
for row in eval:3.11 usdt:3.9; do
	use "$row"
	start unshare --pid --fork --mount-proc --kill-child "${PYTHON[@]}" "$PYDIR/targets/open.py"
	within=(nsenter -t "$(pgrep -P "$pid")" -p -m)
	stands "$row in a pid namespace: what is open at the attach" 300 1 --backend="$backend"
	within=()
	stop
done

python_use 3.11
start "${PYTHON[@]}" "$PYDIR/targets/open.py" 1000 20000
stands "1,000 threads, and one 20,000 calls deep" 20000 1001 --max-threads=1100
attached "the table has a mark" '^ +0 .*open\.py:[0-9]+\(looper\) \+$' -d 0.1 --max-threads=1100
has "and a line that explains it" '^   \+ open when profiling began'
if grep -q '(leaf) +' "$work/out"; then
	fail "and none where nothing was open" "it has"
else
	pass "and none where nothing was open"
fi
stop

# --- while it runs
start "${PYTHON[@]}" "$PYDIR/targets/open.py"
"$bpfprof" -q -p "$pid" -i 0.1 -f json 2>"$work/err" | python3 -c '
import json, sys
text, times = "", []
for line in sys.stdin:
    text += line
    if line != "}\n":
        continue
    rows = {f["name"]: f for f in json.loads(text)["functions"]}
    text = ""
    times.append([rows[n]["raw_cumtime_ns"] for n in ("looper", "getter", "deep")])
    if len(times) == 3:
        break
assert all(a < b < c for a, b, c in zip(*times)), times
' >"$work/out" 2>&1
if [ -s "$work/out" ]; then
	fail "its time grows from one report to the next" "it does not"
else
	pass "its time grows from one report to the next"
fi
stop

# --- what ends after the attach: a frame that was open returns, and is called again
rows=({inline,eval}:{3.9,3.11} usdt:{3.9,3.15} inline:3.1{1,3,5}:slot eval:3.1{1,5}:slot)
for row in ${ROWS:-${rows[@]}}; do
	use "$row"
	begin ends.py
	"$bpfprof" -p "$pid" --backend="$backend" -o "$work/p.json" >"$work/out" 2>"$work/err" 7<&- 8<&- &
	me=$!
	started+=("$me")
	soon grep -q 'profiling process' "$work/err"
	echo >&7
	read -r -t 60 _ <&8
	kill -INT $me
	wait $me
	if why=$(python3 -c '
import json, sys
p = json.load(open(sys.argv[1]))
f = {f["name"]: (f["ncalls"], f["primitive_calls"], f["open"]) for f in p["functions"] if f["file"].endswith("/ends.py")}
e = {(e["caller_name"], e["callee_name"]): (e["ncalls"], e["open"]) for e in p["edges"] if e["caller_file"].endswith("/ends.py")}
assert f == {"<module>": (0, 0, 1), "outer": (0, 0, 1), "middle": (10, 10, 1), "inner": (11, 10, 1)}, f
assert e == {("<module>", "outer"): (0, 1), ("outer", "middle"): (10, 1), ("middle", "inner"): (10, 1), ("inner", "inner"): (1, 0)}, e
assert not p["losses"].keys() - {"unsplit"}, p["losses"]' "$work/p.json" 2>&1); then
		pass "$row: what ends later, and is called again"
	else
		fail "$row: what ends later, and is called again" "$(tail -1 <<<"$why")"
	fi
	echo >&7
	[ -z "$slot" ] || stop # meddles.py reads on
	wait "$pid" 2>/dev/null
	exec 7>&- 8<&-
done

# --- what a dump says of frames while they are profiled: one called since, one open before
cat >"$work/waits.py" <<'EOF2'
import os
def called():
    print("in it", flush=True)
    os.read(0, 100)
def outer():
    print("ready", flush=True)
    os.read(0, 100)
    called()
outer()
EOF2
rows=(inline:{3.9,3.11,3.15} eval:{3.11,3.15})
for row in ${ROWS:-${rows[@]}}; do
	python_use "${row#*:}"
	exec 7<>"$work/in"
	start "${PYTHON[@]}" -c "$(cat "$work/waits.py")" <"$work/in"
	"$bpfprof" -p "$pid" --backend="${row%:*}" >"$work/out" 2>"$work/err" 7<&- 8<&- &
	me=$!
	started+=("$me")
	soon grep -q 'profiling process' "$work/err"
	echo >&7
	read -r -t 60 _ <&8
	"$bpfprof" dump -p "$pid" >"$work/out" 2>>"$work/err"
	has "$row: a dump says how long a frame is open" '^  <string>:4  called  open [0-9]+\.[0-9]{3} s$'
	has "$row: and how long at least, where it was open before" \
		'^  <string>:8  outer  open more than [0-9]+\.[0-9]{3} s$'
	"$bpfprof" dump -f json -p "$pid" >"$work/p.json" 2>>"$work/err"
	if why=$(python3 -c '
import json, sys
frames = {f["function"]: f for t in json.load(open(sys.argv[1]))["threads"] for f in t["frames"]}
assert frames["outer"]["open_before"] is True and frames["called"]["open_before"] is False, frames
assert 0 < frames["called"]["open_ns"] < frames["outer"]["open_ns"], frames' "$work/p.json" 2>&1); then
		pass "$row: and so does its JSON"
	else
		fail "$row: and so does its JSON" "$(tail -1 <<<"$why")"
	fi
	kill -INT $me
	wait $me
	"$bpfprof" dump -p "$pid" >"$work/out" 2>>"$work/err"
	has "$row: and not when nobody profiles it" '^  <string>:4  called$'
	echo >&7
	wait "$pid"
	exec 7>&- 8<&-
done
