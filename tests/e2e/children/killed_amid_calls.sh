#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# bpfprof is killed as it makes the program's thread do something: that goes on as it was, with its signals.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

# Killed right after so many requests by which what a thread does is changed.
gcc -shared -fPIC -x c - -o "$work/killed.so" <<-'EOF'
	#include <signal.h>
	#include <stdlib.h>
	#include <sys/ptrace.h>
	#include <sys/syscall.h>
	#include <unistd.h>
	static pid_t me;
	static long left;
	static void __attribute__((constructor)) begin(void)
	{
		const char *after = getenv("KILLED_AFTER");
		me = getpid();
		left = after ? atol(after) : 0;
		unsetenv("LD_PRELOAD");
	}
	long ptrace(enum __ptrace_request request, ...)
	{
		__builtin_va_list list;
		long pid, addr, data, word = 0, result;
		__builtin_va_start(list, request);
		pid = __builtin_va_arg(list, long);
		addr = __builtin_va_arg(list, long);
		data = __builtin_va_arg(list, long);
		if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA)
			data = (long)&word;
		result = syscall(SYS_ptrace, request, (int)pid, addr, data);
		if (request == PTRACE_SETREGS || request == PTRACE_SETREGSET || request == PTRACE_SINGLESTEP ||
		    request == PTRACE_SYSCALL || request == PTRACE_SETSIGMASK || request == PTRACE_POKEDATA)
			left = getpid() == me && left ? left - 1 ? left - 1 : (kill(me, SIGKILL), 0) : left;
		return data == (long)&word && !result ? word : result;
	}
EOF
cat >"$work/on.py" <<-'EOF'
	import sys, threading
	def work():
	    return sum(range(100))
	def spin():
	    while True:
	        assert work() == 4950
	threading.Thread(target=spin, daemon=True).start()
	print(flush=True)
	for line in sys.stdin:
	    assert work() == 4950
	    print(line.strip(), flush=True)
EOF

blocked() {
	grep -h '^SigBlk' /proc/"$pid"/task/*/status | sort -u
}
has_its_signals() {
	[ "$(blocked)" = "$before" ]
}

driven "${PYTHON[@]}" "$work/on.py"
before=$(blocked)
for after in 1 2 3 4 5 6 7 8 9 10 12 15 20 40; do
	KILLED_AFTER=$after LD_PRELOAD=$work/killed.so "$bpfprof" -q --bias off --children -d 1 -p "$pid" \
		>"$work/out" 2>"$work/err" &
	me=$!
	wait "$me" 2>/dev/null
	status=$?
	ask "$after"
	if [ $status != 137 ]; then
		fail "after $after" "status $status: bpfprof was not killed"
	elif [ "$line" != "$after" ]; then
		fail "after $after" "the program does not go on"
		break
	elif soon has_its_signals; then
		pass "after $after"
	else
		fail "after $after" "signals blocked: $(blocked), not $before"
	fi
done
stop
