#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The evaluator's slot (3.8 to 3.10) that others set too while bpfprof looks, and interpreters that come then: entered
# again, and what may have gone by is a loss. slot.sh BPFPROF; VERSIONS="3.9 pyenv-3.10.13" runs those alone
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" slot "$1"
gcc -O1 -shared -fPIC "$(dirname "$0")/evaluator.c" -o "$work/evaluator.so"

# enter VERSION BACKEND OPTION...: the target of $pid, which do it drives, and bpfprof of $me in it
enter() {
	local backend=$2
	python_use "$1"
	shift 2
	rm -f "$work/in" "$work/p.json"
	mkfifo "$work/in"
	exec 9<>"$work/in"
	start "${PYTHON[@]}" "$PYDIR/targets/evaluators.py" "$work/evaluator.so" <"$work/in"
	counting --bias off --backend="$backend" -p "$pid" -o "$work/p.json" "$@"
}

# do_it WORD: what the target has counted by then is $line
do_it() {
	echo "$1" >&9
	read -r -t 60 line <&8
	line=${line#* }
}

is_entered() {
	sleep 0.1
	"$bpfprof" probes -p "$pid" | grep -q "^slot: *bpfprof's stub"
}

is_counted() {
	sleep 0.1
	# one that was open when its interpreter was entered is there before its first call
	jq -e --arg f "$1" 'any(.functions[]; .name == $f and .ncalls > 0)' "$work/p.json" >/dev/null 2>&1
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

for version in ${VERSIONS:-$(pythons_all | grep -E '^3\.9$|^pyenv-3\.(8|10)\.')}; do
	for backend in inline eval; do
		case $version:$backend in pyenv-*:eval) [ -n "${VERSIONS:-}" ] || continue ;; esac
		name="$version $backend"
		enter "$version" $backend -i 0.2
		do_it new
		soon is_counted inner
		end
		is "$name: an interpreter that came" 'n("inner") > 0 and 0 < lost'
		stop
		case $version in *3.8*) continue ;; esac # has no function to set the slot
		enter "$version" $backend
		do_it a
		do_it set
		soon is_entered
		do_it b
		first=$line
		do_it c
		if [ $((line - first)) -ge 1000 ]; then
			pass "$name: another's evaluator is called"
		else
			fail "$name: another's evaluator is called" "$line after $first"
		fi
		do_it default
		soon is_entered
		do_it d
		end
		is "$name: another evaluator was set, and the default" \
			'[n(f) for f in "abcd"] == [1000] * 4 and 0 < lost < 60000'
		left "$name: then the slot is as the program left it" "CPython's own"
		exec 9>&-
		stop
		enter "$version" $backend
		do_it a
		do_it chain
		soon is_entered
		do_it b # passes two of ours
		do_it back
		do_it c
		end
		is "$name: an evaluator that calls ours" '[n(f) for f in "abc"] == [1000] * 3 and 0 < lost'
		left "$name: then the slot is as before" "CPython's own"
		do_it d
		exec 9>&-
		stop
	done
done
