# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is open at the attach. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "open/$(basename "$0" .sh)" "$1"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

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

# begin TARGET: with fd 9 to its input; by the slot, where its dispatch table cannot be written
begin() {
	local table word
	if [ -z "$slot" ]; then
		driven "${PYTHON[@]}" "$PYDIR/targets/$1"
		return
	fi
	driven "${PYTHON[@]}" "$PYDIR/targets/meddles.py"
	table=$("$bpfprof" probes -p "$pid" | sed -n 's|^table: .* at \(0x[0-9a-f]*\), .*|\1|p')
	for word in "at $table" over "run $PYDIR/targets/$1"; do
		ask "$word"
	done
}
