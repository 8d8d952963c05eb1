#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A Python that the dynamic linker is told to run, as bundles of programs do, is one of the children, and of the commands.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

linker=$(/usr/bin/python3 -c 'import re, sys
print(re.search(rb"/lib[^\0]*/ld-linux[^\0]*", open(sys.argv[1], "rb").read()).group().decode())' \
	"$(realpath /usr/bin/python3)")
cat >"$work/leaf.py" <<-'EOF'
	def leaf(): pass
	for _ in range(3): leaf()
EOF
cat >"$work/check.py" <<-'EOF'
	import json, sys
	p = json.load(open(sys.argv[1]))
	leaf, = (f for f in p["functions"] if f["name"] == "leaf")
	assert leaf["ncalls"] == 3 and not p["losses"], (leaf["ncalls"], p["losses"])
EOF
cd "$(dirname "$(realpath /usr/bin/python3)")" || exit
for how in "/usr/bin/python3" "--inhibit-cache ./python3"; do
	command="$linker $how $work/leaf.py"
	rm -f "$work/p.json"
	"$bpfprof" -q --bias off --children -o "$work/p.json" -- sh -c "$command; true" >"$work/out" 2>"$work/err"
	checks "in a shell, $how" "$work/check.py" "$work/p.json"
	rm -f "$work/p.json"
	# shellcheck disable=SC2086 # several words
	"$bpfprof" -q --bias off --children -o "$work/p.json" -- $command >"$work/out" 2>"$work/err"
	checks "as the command, $how" "$work/check.py" "$work/p.json"
done
