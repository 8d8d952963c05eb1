#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# bpfprof may open no file any more while a program is on its way to its first function: it is not profiled, and runs as ever.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

gcc -O1 -shared -fPIC -o "$work/waits.so" -x c - <<-'E2' || exit 1
	#include <fcntl.h>
	#include <stdlib.h>
	#include <unistd.h>
	__attribute__((constructor)) static void wait_for_word(void)
	{
	    char byte;
	    int fd = open(getenv("SAYS"), O_WRONLY);

	    if (write(fd, "x\n", 2) != 2)
	        abort();
	    close(fd);
	    fd = open(getenv("WAITS"), O_RDONLY);
	    if (read(fd, &byte, 1) != 1)
	        abort();
	    close(fd);
	}
E2

# goes_on NAME OPTION...
goes_on() {
	local status said
	rm -f "$work/says" "$work/waits"
	mkfifo "$work/says" "$work/waits"
	exec 7<>"$work/says" 8<>"$work/waits"
	"$bpfprof" -q "${@:2}" -- env "LD_PRELOAD=$work/waits.so" "SAYS=$work/says" "WAITS=$work/waits" \
		/usr/bin/python3 -S -c 'print("whole"); raise SystemExit(7)' >"$work/out" 2>"$work/err" 7<&- 8<&- &
	started+=($!)
	read -r -t 60 -u 7 said
	prlimit --pid $! --nofile=3
	echo x >&8
	wait $!
	status=$?
	exec 7<&- 8>&-
	if [ "$status" = 7 ] && [ "$said" = x ] && grep -q '^whole$' "$work/out"; then
		pass "$1"
	else
		fail "$1" "status $status"
	fi
}
goes_on "with its children" --children
