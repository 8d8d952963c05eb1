#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The stack is as deep as alone, and every call is counted. (Others run off it by themselves, unwatched as well.)
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

deep() {
	by_table || return
	"${PYTHON[@]}" "$PYDIR/targets/deep.py" >"$work/alone" 2>/dev/null
	"${prof[@]}" --backend="$backend" -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/deep.py" \
		>"$work/out" 2>"$work/err"
	if cmp -s "$work/alone" "$work/out"; then
		pass "$version $backend deep recursion goes as deep"
	else
		fail "$version $backend deep recursion goes as deep" "it does not"
	fi
	# 17 times 500 and once 40,000 deep, each with its outermost call; and what began before the limit
	if python3 - "$work/p.json" "$work/out" <<'EOT'; then
import json, sys
p = json.load(open(sys.argv[1]))
began = int(open(sys.argv[2]).read().split()[-1])
calls = {f["name"]: f["ncalls"] for f in p["functions"] if f["file"].endswith("deep.py")}
sys.exit(p["losses"].keys() - {"unsplit"} != set() or
         (calls["deep"], calls["endless"]) != (17 * 501 + 40001, began))
EOT
		pass "$version $backend deep recursion: every call is counted"
	else
		fail "$version $backend deep recursion: every call is counted" "not so"
	fi
}

each_version deep
