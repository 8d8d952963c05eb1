#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What root must not do, whatever a hostile target tries. guard.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" guard "$1"
here=$(cd "$(dirname "$0")" && pwd)
python_use 3.11
py=("${PYTHON[@]}")
chmod 755 "$work"
as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)

gcc -O1 "$here/sandbox.c" -o "$work/sandbox"
gcc -O1 "-I$here/../../include" "$here/expired.c" -o "$work/expired"

# --- a process that shares the target's descriptors puts a file of root's where the stub's was
gcc -O1 -shared -fPIC "$here/thief.c" -o "$work/thief.so"
cat >"$work/shares.py" <<'E2'
import ctypes, sys
thief = ctypes.CDLL(sys.argv[1]).thief__start(sys.argv[2].encode(), int(sys.argv[3]))
assert thief > 0
def f(): pass
print("ready", flush=True)
while True: f()
E2

# steals NAME BACKEND ALL: the file stays as it is, and bpfprof ends with a table or one line
steals() {
	local status
	echo "root's" >"$work/victim"
	start "${as_nobody[@]}" "${py[@]}" "$work/shares.py" "$work/thief.so" "$work/victim" "$3"
	timeout 60 "$bpfprof" -q --bias off --backend="$2" -p "$pid" -d 0.2 >"$work/out" \
		2>"$work/err" </dev/null
	status=$?
	if [ "$(tr -d '\0' <"$work/victim")" != "root's" ]; then
		fail "$1" "the victim was written to"
	elif ! kill -0 "$pid" 2>/dev/null; then
		fail "$1" "the target died"
	elif [ $status = 124 ] || [ "$status$(wc -l <"$work/err")" != 11 ] &&
		! grep -q 'function calls' "$work/out"; then
		fail "$1" "status $status"
	else
		pass "$1"
	fi
	stop
}

for backend in eval inline; do
	steals "a stolen stub, $backend" $backend 0
	steals "all descriptors stolen, $backend" $backend 1
done

# --- a page that nobody fills is not waited for
cat >"$work/silent.py" <<'E2'
import ctypes, fcntl, os, signal, struct
libc = ctypes.CDLL(None, use_errno=True)
space = {"signal": signal}
exec(compile("def silent(): signal.pause()", "x" * 4000000, "exec"), space)
start, length = id(space["silent"].__code__.co_filename) & ~4095, 3 << 20
fd = libc.syscall(323, os.O_CLOEXEC)  # userfaultfd
fcntl.ioctl(fd, 0xC018AA3F, struct.pack("QQQ", 0xAA, 0, 0))
fcntl.ioctl(fd, 0xC020AA00, struct.pack("QQQQ", start, length, 1, 0))
assert libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), 4) == 0
os.write(1, b"ready\n")
space["silent"]()
E2
start "${py[@]}" "$work/silent.py"
if timeout 60 "$bpfprof" dump -p "$pid" >"$work/out" 2>"$work/err" &&
	grep -q '?:1 ' "$work/out" &&
	grep -q 'silent.py:.*<module>' "$work/out"; then
	pass "dump of what userfaultfd has to fill"
else
	fail "dump of what userfaultfd has to fill" "$(head -3 "$work/out" "$work/err")"
fi
if timeout 60 "$bpfprof" -q -p "$pid" -d 0.2 >"$work/out" 2>"$work/err" &&
	grep -q 'function calls' "$work/out" && kill -0 "$pid"; then
	pass "attached beside what userfaultfd has to fill"
else
	fail "attached beside what userfaultfd has to fill" "$(head -3 "$work/out" "$work/err")"
fi
stop

# --- the second interpreter, on which bpfprof's own time is measured, may do no more than the first
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

# --- what was left while bpfprof was stopped and cannot be entered again at once is tried again, said,
# and counted
# By its slot, or by its dispatch table.
is_entered() {
	"$bpfprof" probes -p "$target" 2>/dev/null | grep -Eq "^slot: +bpfprof's stub|hooked now"
}

# becomes NAME COMMAND...
becomes() {
	local name=$1
	shift
	if soon "$@"; then pass "$name"; else fail "$name" "it does not"; fi
}

for backend in inline eval; do
	start "${py[@]}" -u "$PYDIR/targets/selfcheck.py"
	target=$pid
	"$bpfprof" --bias off --backend=$backend -d 300 -p "$target" >"$work/out" 2>"$work/err" </dev/null &
	me=$!
	started+=("$me")
	becomes "$backend, left: entered" is_entered
	kill -STOP $me
	becomes "$backend, left: it leaves by itself" "$work/expired" "$target"
	mkfifo "$work/hold"
	exec 9<>"$work/hold"
	start "$work/sandbox" trace "$target" <"$work/hold"
	kill -CONT $me
	becomes "$backend, left: what is in the way is said" grep -q 'again: another tracer' "$work/err"
	stop
	exec 9>&-
	rm "$work/hold"
	becomes "$backend, left: entered again" is_entered
	kill -INT $me
	wait $me
	status=$?
	grep -q 'Lost: 1 times that nothing was counted' "$work/out" && [ $status = 0 ]
	# shellcheck disable=SC2181
	if [ $? = 0 ]; then pass "$backend, left: counted"; else fail "$backend, left: counted" "status $status"; fi
	kill -9 "$target"
	wait "$target" 2>/dev/null
done

# --- inside a pid namespace, where processes have other numbers than the kernel knows them by
cat >"$work/sleeps.py" <<'E2'
import time
def sleeps(): time.sleep(0.2)
sleeps()
E2
for backend in inline eval; do
	unshare --pid --fork --mount-proc --kill-child "$bpfprof" -q --bias off --backend=$backend \
		-o "$work/p.json" -- "${py[@]}" "$work/sleeps.py" >"$work/out" 2>"$work/err"
	if python3 - "$work/p.json" <<'E2' 2>>"$work/err"; then
import json, sys
f, = (f for f in json.load(open(sys.argv[1]))["functions"] if f["name"] == "sleeps")
assert f["ncalls"] == 1 and f["cum_off_ns"] > 190000000, f
E2
		pass "$backend, in a pid namespace: time off the CPU"
	else
		fail "$backend, in a pid namespace: time off the CPU" "$(tail -1 "$work/err")"
	fi
done

# --- what is not ours cannot drive the terminal
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
