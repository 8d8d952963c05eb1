#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is not ours cannot drive the terminal.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

# harmless NAME: nothing in $work/out and $work/err but lines of text
harmless() {
	if python3 - "$work/out" "$work/err" <<'E2' >"$work/why" 2>&1; then
import sys, unicodedata
for name in sys.argv[1:]:
    for c in open(name, encoding="utf-8", newline="").read():
        assert c in "\r\n\t" or unicodedata.category(c) not in ("Cc", "Cf"), (name, hex(ord(c)))
E2
		pass "escapes: $1"
	else
		fail "escapes: $1" "$(tail -1 "$work/why")"
	fi
}

"$bpfprof" -q --bias off --track 0:x=sleeps.py:sleeps -o "$work/p.json" -- "${py[@]}" "$work/sleeps.py" 2>"$work/err"
python3 - "$work/p.json" <<'E2'
import json, sys
p = json.load(open(sys.argv[1]))
evil = "=\x1b[31m\x7f\u009b31m\u202e\"\x07"
for key in "interpreter", "backend", "python", "exe", "clock":
    p["target"][key] = evil
p["target"]["command"] = [evil] if isinstance(p["target"].get("command"), list) else evil
p["notes"] = [evil]
p["losses"] = {evil: {"text": evil, "count": 1}}
for table in "functions", "threads", "tracks":
    for row in p[table]:
        for key in row:
            if isinstance(row[key], str) and key != "kind":
                row[key] = evil + str(row.get("id", ""))
        for block in row.get("blocks", ()):
            block["name"] = block["file"] = evil
json.dump(p, open(sys.argv[1], "w"))
E2
for how in pstats callers callees tracks csv json tracks-json; do
	"$bpfprof" report -v -f $how "$work/p.json" >"$work/out" 2>"$work/err"
	if [ -s "$work/out" ]; then harmless "$how"; else fail "escapes: $how" "nothing is printed"; fi
done
python_use 3.9
cp "${PYTHON[-1]}" "$work/python3.9"
python3 - "$work/python3.9" <<'E2'
import sys
b = open(sys.argv[1], "rb").read()
at = b.index(b"python\0function__entry\0") + len(b"python\0function__entry\0")
open(sys.argv[1], "wb").write(b[:at] + b"\x1b[31m" + b[at + 5:])
E2
mv "$work/python3.9" "$work/"$'py\033[31m\xc2\x9b\xff'
"$bpfprof" probes "$work/"$'py\033[31m\xc2\x9b\xff' >"$work/out" 2>"$work/err"
if grep -q 'arguments .x1b' "$work/out"; then harmless "probes"; else fail "escapes: probes" "no arguments"; fi
"$bpfprof" probes $'/nowhere\033[31m\xc2\x9b\xff\u202e' >"$work/out" 2>"$work/err"
harmless "an error"
