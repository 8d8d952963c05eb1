#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Blocks of the Python package, beside each backend and alone, and functions chosen as blocks.
# shellcheck source=tests/e2e/markers/common.sh
. "$(dirname "$0")/common.sh"

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
