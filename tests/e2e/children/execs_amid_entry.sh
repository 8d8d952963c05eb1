#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process that becomes another program while it is being entered goes on, and is counted from
# then on, whichever backends have been tried meanwhile. bpfprof is kept waiting by a pipe that is
# full, after it has begun to trace the process and before it has stopped it.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/target.py" <<'E2'
import os, sys
def again(): pass
if len(sys.argv) < 2:
    print(flush=True)
    sys.stdin.read(1)
    os.execv(sys.executable, [sys.executable, __file__, "again"])
sys.stdin.read(1)
for i in range(77): again()
print("whole")
E2

# execs BACKEND
execs() {
	rm -rf "$BPFPROF_STATE"
	if "${PYTHON[@]}" - "$bpfprof" "$1" "$work/target.py" "$work/out" <<'E2' 2>"$work/err"; then
import fcntl, os, subprocess, sys, threading, time
bpfprof, backend, program, out = sys.argv[1:]
target = subprocess.Popen([sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
target.stdout.readline()
read, write = os.pipe()
full = b"x" * fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
os.write(write, full)
with open(out, "wb") as report:
    tool = subprocess.Popen([bpfprof, "-v", f"--backend={backend}", "--children", "-n", "400", "-p",
                             str(target.pid)], stdin=subprocess.DEVNULL, stdout=report, stderr=write)
os.close(write)
said = []
def hear():
    with open(read, "rb") as f:
        said.append(f.read()[len(full):].decode())
def until(what):
    while not what():
        assert tool.poll() is None, tool.returncode
        time.sleep(0.01)
def text(path):
    with open(path) as f:
        return f.read()
try:
    until(lambda: text(f"/proc/{tool.pid}/syscall").startswith(
        f"{1 if os.uname().machine == 'x86_64' else 64} 0x2 "))
    target.stdin.write(b"\n")
    target.stdin.flush()
    until(lambda: text(f"/proc/{target.pid}/cmdline").endswith("again\0")
          and text(f"/proc/{target.pid}/stat").rpartition(")")[2].split()[0] == "t")
    listener = threading.Thread(target=hear)
    listener.start()
    assert target.communicate(b"\n")[0] == b"whole\n", target.returncode
    assert target.returncode == 0, target.returncode
    assert tool.wait() == 0, tool.returncode
    listener.join()
    assert f"process {target.pid} became another program meanwhile" in said[0], said
    assert f"process {target.pid} is counted too" in said[0], said
    assert "not profiled" not in text(out), text(out)
finally:
    tool.kill()
    target.kill()
    tool.wait()
    target.wait()
E2
		has "by $1: counted from its exec on" '^ +77 .*\(again\)'
	else
		fail "by $1: it goes on" "$(tail -1 "$work/err")"
	fi
}

execs auto
execs inline
execs eval
