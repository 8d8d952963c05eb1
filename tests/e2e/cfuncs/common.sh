# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# C functions as rows (--builtins): what their cases share. Sourced by each. VERSIONS="3.13 pyenv-3.12.1" CASE runs those
# alone.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "cfuncs/$(basename "$0" .sh)" "$1"

# Those that tell of calls of C functions, each version once.
versions_all() {
	local version
	for version in $(pythons_all); do
		case $version in 3.9 | 3.1[1-5] | 3.13t | pyenv-3.8.* | pyenv-3.1[02].*) echo "$version" ;; esac
	done
}

# each_version FUNCTION...: calls them with each version. It may write to $theirs, where its $tree is in front.
each_version() {
	local version f
	for version in ${VERSIONS:-$(versions_all)}; do
		python_use "$version"
		tree='' theirs=$work
		[ "$PYDIR" = "$tests_dir" ] || tree=$cache/forky theirs=$PYDIR
		for f in "$@"; do
			"$f" "$version"
		done
		[ -z "$tree" ] || rm -rf "${tree:?}$PYDIR"
	done
}

# In what way: by sys.monitoring, or by the profile function of each thread.
is_old() {
	case $1 in 3.9 | 3.11 | pyenv-3.8.* | pyenv-3.9.* | pyenv-3.1[01].*) ;; *) return 1 ;; esac
}

# says NAME ANSWER WORDS
says() {
	local name=$1 want=$2
	shift 2
	ask "$@"
	if [ "$line" = "$want" ]; then
		pass "$name"
	else
		fail "$name" "it says $line, not $want"
	fi
}

target() {
	driven "${PYTHON[@]}" "$PYDIR/targets/tools.py"
}

# enter OPTION...: bpfprof of $me in the target
enter() {
	: >"$work/err"
	counting --bias off -p "$pid" "$@"
}

# leave SIGNAL: ends bpfprof
leave() {
	kill "-$1" "$me"
	wait "$me" 2>/dev/null
}

has_left() {
	ask tools
	[ "$line" = none ]
}

# packages_use VERSION: what $cache/packages has for it, in PYTHONPATH; nothing for 3.8
packages_use() {
	local from=$cache/packages/forky
	case $1 in 3.9 | pyenv-3.9.*) from=$cache/packages/bullseye ;; pyenv-3.8.*) return 1 ;; esac
	from+=/usr/lib/python3/dist-packages
	export PYTHONPATH=$from
	[ -n "$tree" ] || return 0
	PYTHONPATH=$theirs/packages
	cp -r "$from" "$tree$PYTHONPATH"
}

oracle=cprofiled.py

# counted MODE FILE...: the oracle's counts in $work/a.json
counted() {
	"${PYTHON[@]}" "$PYDIR/oracle/$oracle" "$1" "$theirs/counts.json" "${@:2}" >"$work/out" 2>"$work/err"
	mv "$tree$theirs/counts.json" "$work/a.json"
}

# watched ARGUMENT...: bpfprof at the second pass of the oracle, its table in $work/b.prof
watched() {
	driven "${PYTHON[@]}" "$PYDIR/oracle/cprofiled.py" "$@"
	enter --builtins=require -o "$work/b.prof"
	ask ''
	leave INT
	echo >&9
	wait "$pid"
	exec 8<&- 9<&-
}

# alike NAME compare|compare-all FILE...: the oracle's counts of these files in a.json are bpfprof's
alike() {
	local name=$1
	shift
	if ! /usr/bin/python3 "$tests_dir/oracle/$oracle" "$1" "$work/a.json" "$work/b.prof" "${@:2}" \
		>"$work/out" 2>>"$work/err" || [ -s "$work/out" ]; then
		fail "$name" "counts differ"
	else
		pass "$name"
	fi
}

# has_pairs PAIR...: how often who has called whom, as "CALLER>CALLEE=CALLS"; and nothing is lost
has_pairs() {
	/usr/bin/python3 - "$work/p.json" "$@" 2>>"$work/err" <<'EOF2'
import json, sys
p = json.load(open(sys.argv[1]))
names = {f["id"]: f["name"] for f in p["functions"]}
found = {}
for e in p["edges"]:
    pair = "%s>%s" % (names.get(e["caller"]), e["callee_name"])
    found[pair] = found.get(pair, 0) + e["ncalls"]
for want in sys.argv[2:]:
    pair, calls = want.rsplit("=", 1)
    assert found.get(pair) == int(calls), (want, found.get(pair))
assert not set(p["losses"]) - {"exec", "unsplit"}, p["losses"]
EOF2
}
