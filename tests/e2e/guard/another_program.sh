#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Who is another program by the time that bpfprof comes to it is left alone: it is not entered, and
# nothing of it is run as if it were a Python. bpfprof is kept waiting by a pipe that is full, after it
# has looked at the interpreter.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

gcc -O1 "$here/witness.c" -o "$work/witness"

# becomes NAME BACKEND
becomes() {
	rm -rf "$BPFPROF_STATE" "$work/witness.ran"
	if "${py[@]}" - "$bpfprof" "$2" "$work/witness" >"$work/out" 2>"$work/err" <<'E2'; then
import fcntl, os, subprocess, sys, time
bpfprof, backend, witness = sys.argv[1:]
target = subprocess.Popen([sys.executable, "-c", "import os, sys\nprint(flush=True)\nsys.stdin.read(1)\n"
                           f"os.execv({witness!r}, ['python3'])"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
target.stdout.readline()
read, write = os.pipe()
full = b"x" * fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
os.write(write, full)
tool = subprocess.Popen([bpfprof, f"--backend={backend}", "--builtins", "-d", "1", "-p", str(target.pid)],
                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=write)
os.close(write)
try:
    while tool.poll() is None:  # its warning finds no room
        with open(f"/proc/{tool.pid}/syscall") as f:
            if f.read().startswith(f"{1 if os.uname().machine == 'x86_64' else 64} 0x2 "):
                break
        time.sleep(0.01)
    target.stdin.write(b"\n")
    target.stdin.flush()
    while os.readlink(f"/proc/{target.pid}/exe") != witness:
        time.sleep(0.01)
    with open(read, "rb") as f:
        said = f.read()[len(full):].decode().splitlines()
    assert tool.wait() == 1, tool.returncode
    assert not os.path.exists(witness + ".ran"), "it was run as a second interpreter"
    assert "it runs another program by now; try again" in said[-1], said
    assert "C functions are not counted" in said[0] and len(said) == 2, said
    assert target.poll() is None, target.returncode
    with open(f"/proc/{target.pid}/status") as f:
        assert "TracerPid:\t0\n" in f, "it is traced"
finally:
    tool.kill()
    target.kill()
    tool.wait()
    target.wait()
E2
		pass "$1"
	else
		fail "$1" "$(tail -1 "$work/err")"
	fi
}

becomes "by eval" eval
