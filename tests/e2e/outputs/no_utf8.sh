#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Bytes that are no UTF-8 are escaped in JSON, and are in a .prof what cProfile has.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

odd=$'odd\xff'
cat >"$odd.py" <<'EOF2'
def leaf(): pass
leaf()
EOF2
cp "${PYTHON[-1]}" "$work/python$odd" 2>/dev/null
"$bpfprof" -q -o odd.json -- "$work/python$odd" "$work/$odd.py" $'\xfe' 2>err
if why=$(/usr/bin/python3 - 2>&1 <<'EOF2'
import json
with open("odd.json", encoding="utf-8") as f:
    p = json.load(f)
assert p["target"]["command"].endswith(r"odd\xff.py \xfe"), p["target"]
assert p["target"]["exe"].endswith(r"odd\xff"), p["target"]
assert [f for f in p["functions"] if f["name"] == "leaf"][0]["file"].endswith(r"odd\udcff.py")
EOF2
); then
	pass "bytes that are no UTF-8 are escaped in the JSON"
else
	fail "bytes that are no UTF-8 are escaped in the JSON" "$(tail -1 <<<"$why")"
fi
"$bpfprof" report -o odd.prof odd.json 2>err
"${PYTHON[@]}" -m cProfile -o theirs.prof "$work/$odd.py"
if why=$("${PYTHON[@]}" - 2>&1 <<'EOF2'
import pstats
ours, theirs = ({k for k in pstats.Stats(f).stats if k[2] == "leaf"} for f in ("odd.prof", "theirs.prof"))
assert ours == theirs, (ours, theirs)
EOF2
); then
	pass "and in a .prof they are what cProfile has"
else
	fail "and in a .prof they are what cProfile has" "$(tail -1 <<<"$why")"
fi
ends
