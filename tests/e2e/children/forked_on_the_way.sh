#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A copy of a program that forked on its way to its first function, and ended at once.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

gcc -shared -fPIC -x c - -o "$work/leaver.so" <<-'EOF'
	#include <stdlib.h>
	#include <sys/syscall.h>
	#include <unistd.h>
	static void __attribute__((constructor)) leave(void)
	{
		if (getenv("LEAVE") && !unsetenv("LEAVE") && syscall(SYS_fork))
			syscall(SYS_exit_group, 7);
	}
EOF
for _ in 1 2 3; do
	"$bpfprof" --bias off --children --wait -- env LEAVE=1 LD_PRELOAD="$work/leaver.so" "${PYTHON[@]}" \
		-c 'def work(): pass
for _ in range(1000): work()' >"$work/out" 2>"$work/err"
	ended "forked on the way" $? '^ +1000 .*\(work\)'
done
