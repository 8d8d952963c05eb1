# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The evaluator's slot (3.8 to 3.10) that others set too while bpfprof looks, and interpreters that come then: entered
# again, and what may have gone by is a loss. Sourced by each case. VERSIONS="3.9 pyenv-3.10.13" CASE runs those alone
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "slot/$(basename "$0" .sh)" "$1"
gcc -O1 -shared -fPIC "$(dirname "${BASH_SOURCE[0]}")/../evaluator.c" -o "$work/evaluator.so"

# enter VERSION BACKEND OPTION...: the target of $pid, which do it drives, and bpfprof of $me in it
enter() {
	local backend=$2
	python_use "$1"
	shift 2
	rm -f "$work/p.json"
	driven "${PYTHON[@]}" "$PYDIR/targets/evaluators.py" "$work/evaluator.so"
	counting --bias off --backend="$backend" -p "$pid" -o "$work/p.json" "$@"
}

# do_it WORD: what the target has counted by then is $line
do_it() {
	ask "$1"
	line=${line#* }
}

is_entered() {
	sleep 0.1
	"$bpfprof" probes -p "$pid" | grep -q "^slot: *bpfprof's stub"
}

# is NAME EXPRESSION: of the profile: n("f") is how often a function was called, lost the loss in ms
is() {
	if python3 - "$work/p.json" "$2" <<'EOT' 2>>"$work/err"; then
import json, sys
p = json.load(open(sys.argv[1]))
n = lambda name: sum(f["ncalls"] for f in p["functions"] if f["name"] == name)
lost = p["losses"].get("reset", {"count": 0})["count"]
assert set(p["losses"]) <= {"reset", "disarmed"}, p["losses"]
assert eval(sys.argv[2]), (lost, [n(f) for f in "abcde"])
EOT
		pass "$1"
	else
		fail "$1" "not $2"
	fi
}

end() {
	kill -INT "$me"
	wait "$me"
}

# What stands in the slot when bpfprof has gone.
left() {
	if "$bpfprof" probes -p "$pid" | grep -q "^slot: *$2"; then
		pass "$1"
	else
		fail "$1" "the slot does not hold $2"
	fi
}

# each FUNCTION: calls it with each $version by each $backend; $name is that of the row
each() {
	local version backend name
	for version in ${VERSIONS:-$(pythons_all | grep -E '^3\.9$|^pyenv-3\.(8|10)\.')}; do
		for backend in inline eval; do
			name="$version $backend"
			"$1"
		done
	done
}

# each_that_can_set FUNCTION: the same of those that have a function to set the slot
each_that_can_set() {
	VERSIONS=${VERSIONS:-$(pythons_all | grep -E '^3\.9$|^pyenv-3\.10\.')} each "$1"
}
