#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Where an interpreter can be and how it can come to run, and what a small table does.
# places.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" places "$1"
prof=("$bpfprof" -q --usdt)
python_use 3.9
py=("${PYTHON[@]}")
environment=("${py[@]:0:3}")
interpreter=${py[-1]}

cat >"$work/busy.py" <<'E2'
def leaf(): pass
def work():
    for _ in range(1000): leaf()
print("ready", flush=True)
while True: work()
E2

# --- signals and ends
expect "Ctrl-C on a terminal reaches the program" 130 python3 "$(dirname "$0")/terminal.py" hello \
	"$bpfprof" --usdt -- "${py[@]}" -c 'import time
print("hello", flush=True)
time.sleep(600)'
has "Ctrl-C: the program says KeyboardInterrupt" KeyboardInterrupt
expect "-d ends the measurement, not the program" 7 "${prof[@]}" -d 1 -- "${py[@]}" -c '
import sys, time
def early(): pass
def late(): pass
early()
begin = time.monotonic()
while time.monotonic() < begin + 4: pass
late()
sys.exit(7)'
has "-d: what came before is in the table" '\(early\)'
if grep -q '(late)' "$work/out"; then
	fail "-d: what came after is not" "it is"
else
	pass "-d: what came after is not"
fi
expect "a script that does not exist" 2 "${prof[@]}" -- "${py[@]}" "$work/nowhere.py"
"${prof[@]}" -- "${py[@]}" -c 'import os, sys
def once(): pass
once()
if os.fork() == 0:
    for _ in range(9): once()
    os._exit(0)
os.wait()' >"$work/out" 2>"$work/err"
has "a forked child is not counted" '^ +1 .*\(once\)'
"${prof[@]}" -- "${py[@]}" -c 'import os, sys
def before(): pass
before()
os.execv(sys.executable, [sys.executable, "-c", "def after(): pass\nafter()"])' \
	>"$work/out" 2>"$work/err"
has "exec into Python: before" '\(before\)'
has "exec into Python: after" '\(after\)'

# --- ways to start
expect "env" 0 "${prof[@]}" -- "${environment[@]}" env "$interpreter" -c pass
expect "a program of other rights" 0 "${prof[@]}" -- \
	setpriv --reuid 65534 --clear-groups "${py[@]}" -c pass
python_use 3.15
venv=$PYDIR/venv
"${PYTHON[@]}" -m venv --without-pip "$venv"
expect "virtual environment" 0 "${prof[@]}" -- "${PYTHON[@]:0:2}" "$venv/bin/python" -c '
import sys
assert sys.prefix.endswith("venv")'

# --- an interpreter without symbols but those it exports
for stripped in $(pythons_all | grep '^pyenv-'); do
	python_use "$stripped"
	cp -L "${PYTHON[0]%/bin/*}"/lib/libpython3.*.so.1.0 "$work/"
	strip --strip-all "$work"/libpython3.*.so.1.0
	LD_LIBRARY_PATH=$work "$bpfprof" -v --bias off --backend=inline -- "${PYTHON[@]}" -c '
def f(): pass
for _ in range(10000): f()' >"$work/out" 2>"$work/err"
	has "$stripped, stripped: every call is counted" '^ +10000 .*\(f\)'
	has "$stripped, stripped: by that file" " $work/libpython3"
done

# --- files in unusual places
cp "$interpreter" "$work/moved"
start "${environment[@]}" "$work/moved" "$work/busy.py"
attached "before its file goes" '\(leaf\)' --usdt -d 0.2
rm "$work/moved"
attached "its file is deleted" '\(leaf\)' --usdt -d 0.2
echo other >"$work/moved"
attached "another file has its name" '\(leaf\)' --usdt -d 0.2
stop
mkdir -p "$work/mount"
start unshare -m sh -c "mount -t tmpfs none '$work/mount' && cp '$interpreter' '$work/mount/py' &&
	exec \"\$@\"" - "${environment[@]}" "$work/mount/py" "$work/busy.py"
attached "another mount namespace" '\(leaf\)' --usdt -d 0.2
stop
expect "launched into another mount namespace" 0 "${prof[@]}" -- unshare -m sh -c \
	"mount -t tmpfs none '$work/mount' && cp '$interpreter' '$work/mount/py' && exec \"\$@\"" - \
	"${environment[@]}" "$work/mount/py" -c pass

# --- a shared libpython
echo 'int Py_BytesMain(int, char **); int main(int n, char **v) { return Py_BytesMain(n, v); }' |
	gcc -x c - -x none -o "$cache/forky$PYDIR/embedded" -Wl,--allow-shlib-undefined \
		"$cache/forky/usr/lib/x86_64-linux-gnu/libpython3.15.so.1.0"
embedded=(chroot "$cache/forky" "$PYDIR/embedded")
expect "libpython, launched" 0 "${prof[@]}" -- "${embedded[@]}" -c 'def f(): pass
f()'
has "libpython: counted" '^ +1 .*\(f\)'
cp "$work/busy.py" "$cache/forky$PYDIR/"
start "${embedded[@]}" "$PYDIR/busy.py"
attached "libpython, attached" '\(leaf\)' --usdt -d 0.2
stop

# --- frames open at attach, and a target that ends while it is being attached to
start "${py[@]}" -c '
import os, sys
def down(n):
    if n: return down(n - 1)
    print("ready", flush=True)
    while not os.path.exists(sys.argv[1]): pass
down(50)
def after(): pass
after()' "$work/flag"
"$bpfprof" --usdt -p "$pid" >"$work/out" 2>"$work/err" &
soon grep -q 'profiling process' "$work/err"
touch "$work/flag"
wait $!
has "frames open at attach are not counted" '\(after\)'
has "frames open at attach are marked, and not called" '^ +0 .*\(down\).* \+$'
if grep Lost "$work/out" | grep -qv "reason was not seen"; then
	fail "frames open at attach are no loss" "they are"
else
	pass "frames open at attach are no loss"
fi
killed_target "killed during the attach: one line or a table" usdt "${py[@]}" "$work/busy.py"

# --- small tables: what does not fit is counted
cat >"$work/wide.py" <<'E2'
exec("".join("def f%d(): pass\n" % i for i in range(3000)))
for i in range(3000): globals()["f%d" % i]()
def down(n): return n and down(n - 1)
down(900)
import threading
def thread(): all_here.wait()
all_here = threading.Barrier(9)
for _ in range(2):
    t = [threading.Thread(target=thread) for _ in range(9)]
    for x in t: x.start()
    for x in t: x.join()
E2
"${prof[@]}" -f json -- "${py[@]}" "$work/wide.py" >"$work/full" 2>"$work/err"
for row in "functions 64 funcs_full" "edges 64 edges_full" "frames 64 stack_full" \
	"threads 2 threads_full"; do
	read -r table size loss <<<"$row"
	"${prof[@]}" -f json "--max-$table" "$size" -- "${py[@]}" "$work/wide.py" \
		>"$work/out" 2>"$work/err"
	# each kind of loss is a kind of call: with them the sum is that of a run without
	if why=$(python3 - "$work/out" "$work/full" "$loss" <<'E2'
import json, sys
small, full = (json.load(open(path)) for path in sys.argv[1:3])
def calls(p):
    return sum(f["ncalls"] for f in p["functions"])
lost = sum(small["losses"][n]["count"] for n in small["losses"] if n.endswith("_full")
           and n not in ("name_full", "rows_full", "threads_full"))
assert not full["losses"].keys() - {"unsplit"}, full["losses"]
assert small["losses"][sys.argv[3]]["count"] > 0, small["losses"]
if sys.argv[3] != "threads_full":
    assert calls(small) + lost == calls(full), (calls(small), lost, calls(full))
E2
	); then
		pass "--max-$table: losses are counted"
	else
		fail "--max-$table: losses are counted" "$why"
	fi
done

# --- an interpreter whose frame no register holds
gcc -O1 -rdynamic "$(dirname "$0")/fakepython.c" -o "$work/fakepython"
expect "no frame at the probes" 0 "${prof[@]}" -- "$work/fakepython"
has "no frame: the report says so" 'frame could not be found'
has "no frame: counted by name" '^ +3 .*fake.py:0\(beta\)'

# --- a machine whose time stamp counter the kernel does not trust
echo acpi_pm >"$work/clocks"
clocks=/sys/devices/system/clocksource/clocksource0
untrusted=(unshare -m sh -c 'mount --bind "$0" "$1/available_clocksource" &&
	mount --bind "$0" "$1/current_clocksource" && shift && exec "$@"' "$work/clocks" "$clocks")
for backend in inline eval; do
	expect "no trusted counter: $backend" 0 "${untrusted[@]}" "$bpfprof" --backend=$backend -- \
		"${py[@]}" -c $'import time\ndef f(): time.sleep(0.11)\nf()\nf()'
	has "no trusted counter: $backend counts and times" '^ +2 +0\.[234].*\(f\)'
done
start unshare -T "${py[@]}" -c 'import signal; print("ready", flush=True); signal.pause()'
refuse "no trusted counter, another time namespace" 1 'time namespace' \
	"${untrusted[@]}" "$bpfprof" -q --backend=inline -p "$pid"
stop

# --- an interpreter that is not laid out as its version's are
/usr/bin/python3 "$(dirname "$0")/otherversion.py" /usr/bin/python3.11 "$work/python310" 0x030a0bf0
chmod +x "$work/python310"
for backend in inline eval; do
	refuse "unknown layout: $backend" 1 'not laid out as those of CPython 3.10.11' \
		"$bpfprof" -q --backend=$backend -- "$work/python310" -c 'import sys; sys.exit(3)'
done

# --- probes and doctor
"$bpfprof" doctor >"$work/out" 2>"$work/err"
has "doctor: BTF" '^ok +btf'
unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf && "$0" doctor' "$bpfprof" \
	>"$work/out" 2>"$work/err"
has "doctor: BTF missing" '^missing +btf .*CONFIG_DEBUG_INFO_BTF'
refuse "no BTF" 1 'BTF' unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf && exec "$@"' - \
	"$bpfprof" -- "${py[@]}" -c pass
"$bpfprof" probes /usr/bin/python3 >"$work/out" 2>"$work/err"
has "probes: 3.11" 'function__return only'
"$bpfprof" probes "$interpreter" >"$work/out" 2>"$work/err"
has "probes: 3.9" '^ +usdt +yes'
objcopy --remove-section .note.stapsdt "$interpreter" "$work/without"
"$bpfprof" probes "$work/without" >"$work/out" 2>"$work/err"
has "probes: a build without" 'without --with-dtrace'
refuse "a build without probes" 1 'without --with-dtrace' "$bpfprof" --usdt -- \
	"${environment[@]}" "$work/without" -c pass
start env PYTHON_JIT=1 "${PYTHON[@]}" -c 'import signal; print("ready", flush=True); signal.pause()'
"$bpfprof" probes -p "$pid" >"$work/out" 2>"$work/err"
has "probes: the JIT is on" 'JIT is on'
refuse "the JIT is on" 1 'JIT is on' "$bpfprof" --usdt -p "$pid"
stop
