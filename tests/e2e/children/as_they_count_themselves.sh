#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Of processes started in each way every call is counted, as each counts itself.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

# sums FILE.json DIR TARGET: calls of TARGET's functions in the profile and in DIR, where they differ
sums() {
	python3 - "$@" <<-'EOF'
		import collections, glob, json, sys
		LAST = ["<built-in method posix.%s>" % name for name in ("_exit", "execv")]
		want, got = collections.Counter(), collections.Counter()
		files = glob.glob(sys.argv[2] + "/*.json")
		for file in files:
		    want.update(json.load(open(file)))
		profile = json.load(open(sys.argv[1]))
		for f in profile["functions"]:
		    if f["file"] == sys.argv[3]:
		        got["%s:%d" % (f["name"], f["line"])] += f["ncalls"]
		for e in profile["edges"]:
		    if e["caller_file"] == sys.argv[3] and e["callee_name"].startswith("<built-in"):
		        got[e["callee_name"]] += e["ncalls"]
		if not any(key.startswith("<built-in method posix.") for key in got):
		    want = collections.Counter({k: n for k, n in want.items() if "<built" not in k})  # without --builtins
		for key in LAST:  # of a program, after it has written its counts
		    want.pop(key, 0), got.pop(key, 0)
		for key in sorted(set(want) | set(got)):
		    if want[key] != got[key] and not key.startswith("<module>"):
		        print(key, "counted", got[key], "instead of", want[key])
		for loss in profile["losses"]:
		    print("lost:", loss)
		pids = {t["pid"] for t in profile["threads"]}
		if pids - {q["pid"] for q in profile["processes"] if q["command"] and q["python"]}:
		    print("threads of processes without a row")
		if sum(q["ncalls"] for q in profile["processes"]) != sum(t["ncalls"] for t in profile["threads"]):
		    print("processes do not add up")
		if len(pids) < len(files):
		    print(len(pids), "processes instead of", len(files))
	EOF
}

# counts NAME OPTIONS -- KIND [N]: a run under bpfprof, and one that counts itself
counts() {
	local name=$1 differ root count
	local -a options=()
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	if [ "$PYDIR" = "$tests_dir" ]; then
		root='' count=$work/count
	else
		root=$cache/forky count=$PYDIR/count
	fi
	rm -rf "$root$count"
	mkdir "$root$count"
	COUNT=$count "${PYTHON[@]}" "$PYDIR/targets/family.py" "$@" >"$work/out" 2>&1
	rm -f "$work/x.json"
	"$bpfprof" -q --bias off --children "${options[@]}" -o "$work/x.json" -- \
		"${PYTHON[@]}" "$PYDIR/targets/family.py" "$@" >"$work/out" 2>"$work/err"
	differ=$(sums "$work/x.json" "$root$count" "$PYDIR/targets/family.py" 2>&1)
	if [ -z "$differ" ]; then
		pass "$name"
	else
		fail "$name" "$(head -1 <<<"$differ")"
	fi
}

for kind in fork threads double exec pool-fork; do
	counts "inline, $kind" --backend=inline -- $kind
done
for kind in threads double exec; do
	counts "C functions too, $kind" --builtins=require -- $kind
done
counts "eval, fork" --backend=eval -- fork
python_use 3.13
counts "3.13, exec" -- exec
python_use 3.9
counts "usdt, fork" --usdt -- fork

python_use 3.11
counts "fifty short-lived children" -- fork 50
