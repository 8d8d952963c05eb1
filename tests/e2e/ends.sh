#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What a process reads, writes and waits for counts while its calls are followed: nothing goes to functions that do
# no such thing, at the attach or as bpfprof leaves. ends.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" ends "$1"

cat >"$work/check.py" <<'E2'
import json, sys
p = json.load(open(sys.argv[1]))
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
rows = {f["name"]: f for f in p["functions"] if f["file"].endswith("targets/puts.py")}
put = rows.pop("put")
assert put["own_io"]["file_written_bytes"] == 100 * put["own_io"]["file_writes"], put
# the one that is open at the attach is no call, the one that is open at the end has yet to write
assert abs(put["own_io"]["file_writes"] - put["ncalls"]) <= 1, put
assert p["totals"]["io"] == put["own_io"], p["totals"]
for name, f in rows.items():
    assert not f["own_io"], (name, f["own_io"])
rows["put"] = put
assert rows["nap"]["own_reasons"]["sleep_ns"], rows["nap"]
for name, f in rows.items():
    assert name == "nap" or not f["own_reasons"].get("sleep_ns"), (name, f["own_reasons"])
    assert not f["own_reasons"].get("gil_ns"), (name, "is alone", f["own_reasons"])  # whom it would wait for
    cpu = f["tottime_ns"] - f["own_off_ns"]
    assert f["tottime_ns"] >= 0 and cpu >= 0, (name, f["tottime_ns"], f["own_off_ns"])
E2

for row in inline:3.11 eval:3.11 usdt:3.9 inline:3.9 eval:3.9 inline:3.14 eval:3.14 usdt:3.15; do
	python_use "${row#*:}"
	start "${PYTHON[@]}" "$PYDIR/targets/puts.py"
	rm -f "$work/p.json"
	"$bpfprof" -q -b off --io -d 0.3 "--backend=${row%:*}" -p "$pid" -o "$work/p.json" >"$work/out" 2>"$work/err"
	stop
	checks "$row" "$work/check.py" "$work/p.json"
done
