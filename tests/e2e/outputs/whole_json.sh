#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# JSON and a stream of a measurement are whole, whatever is left out of the table beside them, and
# report shows of them what that table does.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

cat >mine.py <<'EOF2'
import json
def load(): return json.loads('{"a": [1, 2]}')
for _ in range(9): load()
EOF2
hide=(--mine --strip-dirs)
"$bpfprof" --builtins "${hide[@]}" -o x.json -o x.ndjson -o x.txt -- "${PYTHON[@]}" mine.py 2>err >out
if [ "$(grep -c 'has the whole profile; give --mine, --strip-dirs to' err)" = 2 ]; then
	pass "that they are whole is said"
else
	fail "that they are whole is said" "$(tail -1 err)"
fi
for kind in json ndjson; do
	"$bpfprof" report "${hide[@]}" -o again.txt x.$kind
	if cmp -s again.txt x.txt; then
		pass "$kind shows what was shown"
	else
		fail "$kind shows what was shown" "$(diff again.txt x.txt | head -3)"
	fi
	"$bpfprof" report -f functions-csv -o all.csv x.$kind
	if grep -q '/json/__init__.py,.*,loads,' all.csv && grep -q '/mine.py,.*,load,' all.csv; then
		pass "$kind has all functions, with their directories"
	else
		fail "$kind has all functions, with their directories" "$(head -3 all.csv)"
	fi
done
