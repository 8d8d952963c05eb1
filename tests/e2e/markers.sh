#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Blocks: of C programs, of the Python package beside each backend, and functions chosen for it, each
# counted to the hit. markers.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" markers "$1"
here=$(cd "$(dirname "$0")" && pwd)
build=$(dirname "$bpfprof")
include=$here/../../include
prof=("$bpfprof" -q)

# The hits of a stored profile, a line a block: TRACK,NAME,HITS
hits() {
	"$bpfprof" report -f csv "$1" | tr -d '\r' | tail -n +2 | cut -d, -f1-3 | sort
}

# What it has lost: NAME=COUNT. Not of what kind a wait was: the kernel leaves a switch out now and then.
losses() {
	python3 -c 'import json, sys
for name, loss in json.load(open(sys.argv[1]))["losses"].items():
    if name != "unsplit": print(name, loss["count"], sep="=")' "$1" |
		sort
}

# same NAME GOT WANT
same() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got '$(tr '\n' ' ' <<<"$2")', want '$(tr '\n' ' ' <<<"$3")'"
	fi
}

# stored ARGUMENT...: bpfprof's run, its profile in $work/p.json. Again where another tracer on this
# machine took its probes away just as a library was loaded: then bpfprof says that it came late.
stored() {
	local tries status
	for tries in 1 2 3 4 5; do
		rm -f "$work/p.json"
		timeout 60 "${prof[@]}" -o "$work/p.json" "$@" >"$work/out" 2>"$work/err"
		status=$?
		if [ "$status" != 0 ] || [ "$tries" = 5 ]; then
			break
		fi
		losses "$work/p.json" | grep -q load_late || break
	done
	return $status
}

# counts NAME WANT LOSSES ARGUMENT...: of the program under bpfprof, all of its blocks
counts() {
	local name=$1 want=$2 lost=$3
	shift 3
	if ! stored "$@"; then
		fail "$name" "status is not 0"
	else
		same "$name" "$(hits "$work/p.json")" "$(sort <<<"$want")"
		same "$name: losses" "$(losses "$work/p.json")" "$lost"
	fi
}

# --- C programs, linked in each way
link() {
	local name=$1
	shift
	gcc -O2 "-I$include" "$here/marked.c" -o "$work/$name" "$@" -lpthread -ldl 2>"$work/err" ||
		fail "link $name" "gcc failed"
	strip "$work/$name"
}
link pie -fPIE -pie "$build/libbpfprof.a"
link fixed -fno-pie -no-pie "$build/libbpfprof.a"
link static -static "$build/libbpfprof.a"
link static-pie -static-pie "$build/libbpfprof.a"
link shared "-L$build" -lbpfprof
export LD_LIBRARY_PATH=$build

one_thread='1,outer,100
1,recurse,400
2,inner,300'
odd='5,holds,1
5,left open,1
5,unended,3'
odd_lost='block_unbegun=6
block_unended=3'
for how in pie fixed static static-pie shared; do
	counts "$how: 24 threads" '1,outer,2400
1,recurse,9600
2,inner,7200' '' -- "$work/$how" threads 24
	counts "$how: odd ends" "$odd" "$odd_lost" -- "$work/$how" odd
	counts "$how: fork" '1,outer,200
1,recurse,800
2,inner,600' '' -- "$work/$how" fork
	counts "$how: exec" "$one_thread
$odd" "$odd_lost" -- "$work/$how" exec
done

"${prof[@]}" -o "$work/p.json" -- "$work/pie" threads 24 2>"$work/err"
python3 - "$work/p.json" >"$work/out" <<'EOF'
import json, sys

p = json.load(open(sys.argv[1]))
assert [(t["track_idx"], t["track_name"], t["enabled"]) for t in p["tracks"]] == \
    [(1, "one", True), (2, None, True)]
of = {b["name"]: b for t in p["tracks"] for b in t["blocks"]}
for name, hits in ("outer", 100), ("recurse", 400), ("inner", 300):
    b = of[name]
    assert len({t["tid"] for t in b["threads"]}) == 24, name
    assert all(t["hit_count"] == hits for t in b["threads"]), name
    assert sum(b["histogram"]) == b["hit_count"] == 24 * hits
    for field in "total_time_ns", "own_time_ns":
        assert sum(t[field] for t in b["threads"]) == b[field]
    assert b["min_time_ns"] <= b["p50_ns"] <= b["p99_ns"] <= b["max_time_ns"] <= b["total_time_ns"]
    assert b["file"].endswith("marked.c") and b["line"]
# recursion counts once in the total, and every hit alone
assert of["recurse"]["max_time_ns"] * 2400 >= of["recurse"]["total_time_ns"]
assert of["outer"]["total_time_ns"] >= of["recurse"]["total_time_ns"] + of["inner"]["total_time_ns"]
assert of["outer"]["own_time_ns"] == of["outer"]["total_time_ns"] \
    - of["recurse"]["total_time_ns"] - of["inner"]["total_time_ns"]
calls = {f["name"]: (f["ncalls"], f["primitive_calls"]) for f in p["functions"]}
assert calls == {"<block outer>": (2400, 2400), "<block recurse>": (9600, 2400),
                 "<block inner>": (7200, 7200)}, calls
edges = {(e["caller_name"], e["callee_name"]): e["ncalls"] for e in p["edges"]}
assert edges == {("<block outer>", "<block inner>"): 7200, ("<block outer>", "<block recurse>"): 2400,
                 ("<block recurse>", "<block recurse>"): 7200}, edges
print("well")
EOF
same 'figures add up, in all and by thread' "$(cat "$work/out")" well

counts 'ten thousand blocks' "$(for ((i = 0; i < 10000; i++)); do echo "$((i % 7)),block $i,2"; done)" '' \
	--max-blocks=10000 -- "$work/pie" many 10000
"${prof[@]}" --max-blocks=1000 -o "$work/p.json" -- "$work/pie" many 3000 2>"$work/err"
same 'a full table is a loss, and no more' "$(losses "$work/p.json") $(hits "$work/p.json" | wc -l)" \
	'blocks_full=4000 1000'

# --- a library that is loaded later
echo '#include <bpfprof.h>
void loaded(void);
void loaded(void) { BPFPROF_BLOCK(6, "loaded"); }' |
	gcc -O2 "-I$include" -shared -fPIC -x c - -x none "$build/libbpfprof.a" -o "$work/late.so"
counts 'a library loaded later, from its first hit' '6,loaded,50' '' -- "$work/pie" load "$work/late.so" 50
counts 'no markers in the program, some in the library' '6,loaded,50' '' --backend=markers -- \
	/usr/bin/python3 -c "import ctypes
late = ctypes.CDLL('$work/late.so')
for i in range(50): late.loaded()"

# --- switched from outside, in mid-run
turn() {
	echo go >&9
	read -r -t 60 _ <&8
}

mkfifo "$work/in"
exec 9<>"$work/in"
start "$work/pie" switch <"$work/in"
"$bpfprof" -p "$pid" -o "$work/p.json" 2>"$work/err" &
me=$!
soon grep -q 'profiling process' "$work/err"
ctl() {
	"$bpfprof" ctl -p "$pid" "$@" || fail "ctl $*" "status is not 0"
}
turn
ctl track 3 off
turn
ctl stop
turn
ctl start
turn
ctl track 3 on
turn
kill -INT $me
wait $me
same 'switched off and on by ctl' "$(hits "$work/p.json")" '3,three,2000
4,four,4000'

"$bpfprof" -p "$pid" -i 0.1 -f csv -o "$work/p.csv" 2>"$work/err" &
me=$!
soon grep -q 'profiling process' "$work/err"
turn
has_row() {
	grep -q "^4,four,$1," "$work/p.csv" 2>/dev/null
}
is_empty() {
	[ "$(wc -l <"$work/p.csv")" = 1 ]
}
soon has_row 1000
ctl clear
soon is_empty
turn
ctl track 3 off
kill -INT $me
wait $me
same 'cleared' "$(tail -n +2 "$work/p.csv" | cut -d, -f1-3)" '3,three,1000
4,four,1000'
stop
exec 9>&-

# --- the package, beside each backend and alone
for version in 3.9 3.11 3.13 3.14 3.15; do
	python_use $version
	bpfprof_use "$build"
	others=(inline eval markers)
	case $version in 3.9 | 3.15) others+=(usdt) ;; esac
	for backend in "${others[@]}"; do
		stored --backend="$backend" -- "${PYTHON[@]}" "$PYDIR/targets/blocks.py"
		same "$version $backend: as the package counts" "$(hits "$work/p.json")" \
			"$(sort "$work/out")"
		same "$version $backend: no losses" "$(losses "$work/p.json")" ''
		[ "$backend" = markers ] && continue
		same "$version $backend: a block's caller and callee" "$("$bpfprof" report -f json "$work/p.json" |
			python3 -c 'import json, sys
p = json.load(sys.stdin)
edges = {(e["caller_name"], e["callee_name"]): e["ncalls"] for e in p["edges"]}
for f in p["functions"]:
    assert f["kind"] == ("block" if f["name"].startswith("<block ") else "python"), f
print(edges["helper", "<block deep>"], edges["<block inside>", "helper"],
      edges["<block recurse>", "recurse"], edges["recurse", "<block recurse>"])')" '250 250 750 1000'
		stored --backend="$backend" --no-markers \
			--track '7:chosen=targets/blocks.py:recurse,blocks.py:leaf' -- \
			"${PYTHON[@]}" "$PYDIR/targets/blocks.py"
		same "$version $backend: functions as blocks, and no others" "$(hits "$work/p.json")" '7,leaf,1250
7,recurse,1000'
	done
done
unset PYTHONPATH

# --- refused
refuse 'no Python and no markers' 1 'has no blocks' "$bpfprof" -p $$
refuse 'ctl: no order' 2 'give -p PID and one of' "$bpfprof" ctl -p $$
refuse 'ctl: no such track' 2 'below 1024' "$bpfprof" ctl -p $$ track 1024 off
refuse 'ctl: no control object' 1 'no control object' "$bpfprof" ctl -p $$ stop
refuse 'ctl: no such process' 1 'no such process' "$bpfprof" ctl -p 999999999 stop
for bad in x 1:=a.py:f 1024:a=a.py:f 1:a 1:a= 1:a=f 1:a=a.py: 1:a=:f 1:ä=a.py:ä; do
	[ "$bad" = 1:=a.py:f ] || refuse "--track $bad" 2 'not N:NAME' "$bpfprof" --track "$bad" -- true
done
