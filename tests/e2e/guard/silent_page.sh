#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A page that nobody fills, as userfaultfd makes them, is not waited for.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

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
