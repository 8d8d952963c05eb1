#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Processes named by the control group or container that they are in; and several by number.
# cgroup.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" cgroup "$1"
python_use 3.11

# The version 2 hierarchy, at its own place or beside version 1.
for root in /sys/fs/cgroup /sys/fs/cgroup/unified ''; do
	[ ! -e "$root/cgroup.procs" ] || [ ! -e "$root/cgroup.controllers" ] || break
done
id=$(printf '%08x' $$)$(printf 'c%.0s' {1..56}) # as a container's
other=${id:0:8}$(printf 'd%.0s' {1..56})
pod=0$$-1111-2222-3333-444444444444
group=$root/bpfprof-$$
if [ -z "$root" ] || ! mkdir "$group" 2>"$work/err"; then
	echo "ok cgroup # SKIP no control groups of version 2 can be made here"
	exit 0
fi
leave() {
	for p in "${started[@]}"; do
		kill -9 "$p" 2>/dev/null
		wait "$p" 2>/dev/null
	done
	soon rmdir "$group/docker-$id.scope" 2>/dev/null
	soon rmdir "$group/kubepods-pod${pod//-/_}.slice/$other" 2>/dev/null
	rmdir "$group/kubepods-pod${pod//-/_}.slice" "$group" || echo "not ok cgroup removed - it is still there"
	rm -rf "$work"
}
trap leave EXIT
mkdir -p "$group/docker-$id.scope" "$group/kubepods-pod${pod//-/_}.slice/$other"

# two DIR DIR: a target in each, driven by $work/in0 and in1
targets=()
two() {
	local dir n=0
	for dir in "$@"; do
		rm -f "$work/in$n" "$work/said$n"
		mkfifo "$work/in$n"
		# shellcheck disable=SC2016
		sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$dir" "${PYTHON[@]}" "$PYDIR/targets/steps.py" \
			<>"$work/in$n" >"$work/said$n" 2>&1 &
		targets[n]=$!
		started+=($!)
		soon grep -q ready "$work/said$n"
		n=$((n + 1))
	done
}

# counts NAME CALLS OPTION...: both work 10 and 32 times while these options are measured
counts() {
	local name=$1 want=$2 me got n
	shift 2
	rm -f "$work/x.json"
	: >"$work/err"
	counting --bias off -o "$work/x.json" "$@"
	for n in 0 1; do
		lines[n]=$(wc -l <"$work/said$n")
	done
	echo 10 >"$work/in0"
	echo 32 >"$work/in1"
	for n in 0 1; do
		soon more "$n"
	done
	kill -INT "$me"
	wait "$me"
	got=$(jq '([.functions[] | select(.name == "work").ncalls] | add), (.losses | length)' "$work/x.json" | xargs)
	if [ "$got" = "$want 0" ]; then
		pass "$name"
	else
		fail "$name" "counted $got, not $want 0"
	fi
}
lines=()

more() {
	[ "$(wc -l <"$work/said$1")" -gt "${lines[$1]}" ]
}

two "$group/docker-$id.scope" "$group/kubepods-pod${pod//-/_}.slice/$other"
for backend in inline eval; do
	counts "$backend, two by number" 42 --backend=$backend -p "${targets[0]}" -p "${targets[1]}"
done
counts "a group by its directory, and those below it" 42 --cgroup "$group"
counts "a group by its path" 10 --cgroup "${group#"$root"}/docker-$id.scope/"
counts "a group by a way around" 42 --cgroup "$group/docker-$id.scope/.."
counts "a container and a process of it, and one more" 42 --container "${id:0:12}" -p "${targets[0]}" -p "${targets[1]}"
counts "a group and a container in it" 42 --cgroup "$group" --container "${id:0:12}"
counts "a group whose children come too" 42 --children --cgroup "$group"
counts "a pod" 32 --container "$pod"
counts "a container by the beginning of its identifier" 10 --container "${id:0:12}"
refuse "two containers that go by one name" 1 'several go by that' "$bpfprof" --container "${id:0:8}"
refuse "an empty group" 2 'an empty name; give a PATH' "$bpfprof" --cgroup ''
refuse "an empty container" 2 'an empty name; give a NAME-OR-ID' "$bpfprof" --container ''
refuse "no such container" 1 'no process is in a container of that name; give 4 digits' "$bpfprof" --container "no-$id"
refuse "a group of nobody" 1 'there is no such group, or no process in it' "$bpfprof" --cgroup "$group/none"
