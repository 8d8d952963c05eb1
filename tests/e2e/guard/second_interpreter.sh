#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The second interpreter, on which bpfprof's own time is measured, may do no more than the first.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

sandbox_make
home=$work/home
interpreter=$(readlink -f "${py[0]}")
lib=$("${py[@]}" -c 'import os; print(os.path.dirname(os.__file__))')
mkdir -p "$home/lib/python3.11/encodings"
ln -s "$lib"/* "$home/lib/python3.11/" 2>/dev/null
ln -s "$lib"/encodings/* "$home/lib/python3.11/encodings/"
rm "$home/lib/python3.11/encodings/__init__.py"
cat "$lib/encodings/__init__.py" "$PYDIR/targets/spy.py" >"$home/lib/python3.11/encodings/__init__.py"
chmod 777 "$home"

# below COMMAND...: the interpreter under COMMAND, with the spy in its library; $pid is its own. What
# earlier runs have measured goes, so that one is needed.
below() {
	rm -rf "$home/spy" "$BPFPROF_STATE"
	start "$@" env PYTHONHOME="$home" "$interpreter" -u "$PYDIR/targets/selfcheck.py"
	outer=$pid
	while [ "$(readlink "/proc/$pid/exe")" != "$interpreter" ]; do
		pid=$(pgrep -P "$pid" | head -1)
	done
}

end_below() {
	kill -9 "$pid"
	pid=$outer
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	exec 8<&-
}

# no_more NAME COMMAND...
no_more() {
	local name=$1 why
	shift
	below "$@"
	"$bpfprof" -p "$pid" -d 0.1 >"$work/out" 2>"$work/err" </dev/null
	if [ ! -e "$home/spy" ]; then
		fail "no more than: $name" "no second interpreter ran"
	elif why=$(python3 "$here/nomore.py" "$home/spy" "$pid" 2>&1); then
		pass "no more than: $name"
	else
		fail "no more than: $name" "$(tail -1 <<<"$why")"
	fi
	end_below
}

# none NAME COMMAND...: nothing is run beside it
none() {
	local name=$1
	shift
	below "$@"
	"$bpfprof" -p "$pid" -d 0.1 >"$work/out" 2>"$work/err" </dev/null
	if [ -e "$home/spy" ]; then
		fail "no second: $name" "one ran"
	elif ! grep -q 'function calls' "$work/out"; then
		fail "no second: $name" "no table"
	else
		pass "no second: $name"
	fi
	end_below
}

group=/sys/fs/cgroup/pids
[ -d $group ] || group=/sys/fs/cgroup
group=$group/bpfprof-guard-$$
mkdir $group
no_more "a control group" sh -c 'echo $$ >"$0" && exec "$@"' $group/cgroup.procs
rmdir $group
no_more "root" env
no_more "root without capabilities" setpriv --bounding-set=-all --inh-caps=-all
no_more "another user with groups" setpriv --reuid 65534 --regid 65534 --groups 100,200
no_more "little of everything" prlimit --nofile=64 --stack=4000000:4000000 --nproc=500 --as=2000000000
no_more "namespaces" unshare --net --mount --ipc --uts --pid --time --cgroup --fork
no_more "namespaces, another user" unshare --net --mount --ipc --uts --pid --time --cgroup --fork \
	"${as_nobody[@]}"
none "a seccomp filter" "$work/sandbox" allow
none "no new privileges, and so perhaps Landlock" setpriv --no-new-privs
none "a user namespace" unshare --user --map-root-user

# it dies with bpfprof, also where its user is another
touch "$home/hold"
below "${as_nobody[@]}"
: >"$work/out"
: >"$work/err"
"$bpfprof" -p "$pid" >"$work/out" 2>"$work/err" </dev/null &
me=$!
soon test -e "$home/spy"
second=$(awk '$1 == "Pid:" {print $2}' "$home/spy")
kill -9 $me
wait $me 2>/dev/null
is_gone() {
	! grep -q '^State:.[^ZX]' "/proc/$second/status" 2>/dev/null
}
if [ -n "$second" ] && soon is_gone; then
	pass "the second dies with bpfprof"
else
	fail "the second dies with bpfprof" "it lives"
fi
end_below
rm "$home/hold"
