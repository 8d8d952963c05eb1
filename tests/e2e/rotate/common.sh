# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Reports of a run that goes on: a file for each interval, and at signals. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "rotate/$(basename "$0" .sh)" "$1"
export TMPDIR=$work
python_use 3.11

# measure OPTION...: bpfprof ($me) on a new target, which works as ask says
measure() {
	rm -rf "$work/files"
	mkdir "$work/files"
	driven "${PYTHON[@]}" "$PYDIR/targets/steps.py"
	counting --bias off -p "$pid" "$@"
}

# holds CALLS [FILES]: the files have so many calls of work, one interval follows the other, and
# there are as many
holds() {
	/usr/bin/python3 - "$work/files" "$@" 2>>"$work/err" <<-'EOT'
		import glob, json, sys
		parts = [json.load(open(f)) for f in glob.glob(sys.argv[1] + "/p-*.json")]
		parts.sort(key=lambda p: p["target"]["start_ns"])
		calls = sum(f["ncalls"] for p in parts for f in p["functions"] if f["name"] == "work")
		assert calls == int(sys.argv[2]), (calls, len(parts))
		for a, b in zip((p["target"] for p in parts), (p["target"] for p in parts[1:])):
		    assert a["start_ns"] + a["duration_ns"] == b["start_ns"], (a, b)
		assert len(sys.argv) < 4 or len(parts) == int(sys.argv[3]), len(parts)
	EOT
}

# says NAME CONDITION...
says() {
	local name=$1
	shift
	if "$@"; then
		pass "$name"
	else
		fail "$name" "not so: $*"
	fi
}

# has_files N: N at least; where there is none the pattern stands for itself
has_files() {
	local files=("$work/files"/p-*)
	[ -e "${files[0]}" ] && [ ${#files[@]} -ge "$1" ]
}
