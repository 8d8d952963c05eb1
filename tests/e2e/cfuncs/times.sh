#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What time calls of C functions take, and what counting adds to them.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

# What counting adds to calls of C functions is measured, and taken off by each row's calls: of functions, methods and
# whatever else is one. taken_off VERSION [OPTION]
taken_off() {
	"$bpfprof" -q --builtins=require "${@:2}" -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/tools.py" >"$work/out" \
		2>"$work/err" <<<"work 5000"
	if why=$(/usr/bin/python3 - "$work/p.json" 2>&1 <<'EOF2'
import json, sys
p = json.load(open(sys.argv[1]))
bias, rows = p["target"]["bias"], {f["name"]: f for f in p["functions"]}
c, work = bias["c"], rows["work"]
length = next(e for e in p["edges"] if e["caller"] == work["id"] and e["callee_name"] == "<built-in method builtins.len>")
assert bias["from"] in ("measured", "seen") and not any("own" in note for note in p["notes"]), (bias, p["notes"])  # seen: on a busy machine
assert c["inside_ns"] + c["outside_ns"] > 0 < c["inside_error_ns"] and c["outside_error_ns"] > 0, c
assert length["ncalls"] == 5000 and work["child_calls"] in (10000, 10001), (length, work)  # range() may be one
kinds = {f["id"]: f["kind"] for f in p["functions"]}
leaves = [e for e in p["edges"] if kinds[e["callee"]] == "c" and not e["child_calls"]]
assert len(leaves) > 20, leaves
for row, off in [(e, e["ncalls"] * c["inside_ns"]) for e in leaves] + [(work, bias["inside_ns"] + work["child_calls"] * c["outside_ns"])]:
    off += row["first_calls"] * bias["first_ns"]
    room = max(0, row["raw_tottime_ns"] - row["own_off_ns"])
    assert abs(row["raw_tottime_ns"] - min(off, room) - row["tottime_ns"]) <= 2, (row, off)
    assert row["error_ns"] > 0 or not room, row
EOF2
	); then
		pass "what it adds is taken off, $*"
	else
		fail "what it adds is taken off, $*" "$(tail -1 <<<"$why")"
	fi
}

taken_off_all() {
	is_old "$1" || taken_off "$1" --builtins=all
}

cat >"$work/check.py" <<'EOF2'
import json, sys
p = json.load(open(sys.argv[1]))
CALLS = {"sleep": ("<built-in method time.sleep>", "sleep"), "poll_nothing": ("<built-in method select.select>", "sleep"),
         "receive": ("<method 'recv' of '_socket.socket' objects>", "socket"),
         "read_pipe": ("<built-in method posix.read>", "pipe"), "poll": ("<built-in method select.select>", "poll"),
         "await_child": ("<built-in method posix.waitpid>", "child"),
         "wait_for_lock": ("<method 'acquire' of '_thread.lock' objects>", "lock"),
         "write_to_disk": ("<built-in method posix.fsync>", "file"),
         "await_signal": ("<built-in method _signal.sigtimedwait>", "other")}
f = {f["name"]: f for f in p["functions"] if f["file"].endswith("waits.py")}
def call(name, callee):
    return next(e for e in p["edges"] if e["caller"] == f[name]["id"] and e["callee_name"] == callee)
for name, (callee, reason) in CALLS.items():
    waits = call(name, callee)["own_reasons"]
    others = sum(ns for which, ns in waits.items() if which not in ("gil_ns", reason + "_ns"))
    assert waits.get(reason + "_ns", 0) > others, (name, reason, waits)
    if name in ("sleep", "receive", "read_pipe", "poll", "await_child"):
        assert not f[name]["own_reasons"].get(reason + "_ns"), (name, "waits beside its call", f[name])
busy = call("work_in_c", "<built-in method builtins.sum>")
blocked = busy["own_off_ns"] - busy["own_runnable_ns"]
said = open(sys.argv[2]).read().split()
worked, kept = (float(said[said.index(word) + 1]) * 1e9 for word in ("worked", "kept"))
assert busy["own_runnable_ns"] > 0.8 * kept - 20e6 and busy["own_runnable_ns"] >= blocked, (kept, busy)
assert f["work_in_c"]["cum_off_ns"] + worked * 0.8 < f["work_in_c"]["cumtime_ns"], (worked, f["work_in_c"])
for r in p["functions"] + p["edges"]:
    for which in "own", "cum":
        assert sum(r[which + "_reasons"].values()) == r[which + "_off_ns"] - r[which + "_runnable_ns"], r
    assert 0 <= r["own_runnable_ns"] <= r["own_off_ns"] <= r["cum_off_ns"], r
assert sum(r["own_off_ns"] for r in p["functions"]) == sum(t["off_ns"] for t in p["threads"])
assert not set(p["losses"]) & {"splits_full", "unsplit"}, p["losses"]
EOF2

# Beside another process on the same CPU. Once more where it fails, for what tests/e2e/clocks says of the kernel.
waits() {
	local name="waits and work in C functions, $1" neighbour why=
	/usr/bin/python3 -c 'while True: pass' &
	neighbour=$!
	started+=("$neighbour")
	taskset -cp 0 "$neighbour" >"$work/out"
	for _ in first second; do
		[ -z "$why" ] || echo "# $name: once more, for $why"
		taskset -c 0 "$bpfprof" -q --bias off --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" \
			"$PYDIR/targets/waits.py" /tmp >"$work/out" 2>"$work/err" || break
		why=$(/usr/bin/python3 "$work/check.py" "$work/p.json" "$work/out" 2>&1 | tail -1)
		[ -n "$why" ] || break
	done
	kill -9 "$neighbour"
	wait "$neighbour" 2>/dev/null
	if [ -z "$why" ] && [ -s "$work/p.json" ]; then
		pass "$name"
	else
		fail "$name" "$why"
	fi
	rm -f "$work/p.json"
}

VERSIONS=${VERSIONS:-3.11 3.14} each_version taken_off taken_off_all
VERSIONS=${VERSIONS:-3.9 3.11 3.14} each_version waits
