#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A launched program that a signal ends before there is anything to measure leaves the report of an earlier run
# as it is; what measured something, what ended by itself and what has no file yet is written.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

cat >early.c <<'E2'
#include <bpfprof.h>
#include <signal.h>

/* With an argument after one block; a second one: and ends by itself. */
int main(int argc, char **argv)
{
	if (argc == 2) {
		BPFPROF_BLOCK(1, "once");
	}
	return argc > 2 ? 0 : raise(SIGINT);
}
E2
gcc -O2 "-I$tests_dir/../include" early.c -o early "$(dirname "$bpfprof")/libbpfprof.a" || fail "early" "gcc failed"

# run STATUS FILE COMMAND...: its report goes to the file; the words below hold if it ends so
run() {
	want=$1
	"$bpfprof" -q -b off -o "$2" -- "${@:3}" >out 2>err
	status=$?
}

# spared FILE: it is kept, and that is said in one line
spared() {
	[ "$status" = "$want" ] && [ "$(cat "$1")" = before ] && [ "$(wc -l <err)" = 1 ] && grep -q "^bpfprof: $1 is kept as it was" err
}

# has_new FILE: a profile, and nothing is said of an older one
has_new() {
	[ "$status" = "$want" ] && "$bpfprof" report "$1" >out && ! grep -q 'is kept' err
}

for file in old.json old.ndjson; do
	echo before >$file
	run 130 $file ./early
	holds "$file: ended by a signal with nothing measured" "status $status: $(cat err)" spared $file
	run 0 $file ./early ends itself
	holds "$file: ended by itself" "status $status: $(cat err)" has_new $file
	echo before >$file
	run 130 $file ./early once
	holds "$file: a block was measured" "status $status: $(cat err)" has_new $file
	echo before >$file
	run 143 $file "${PYTHON[@]}" -c 'import os, signal; os.kill(os.getpid(), signal.SIGTERM)'
	holds "$file: calls were measured" "status $status: $(cat err)" has_new $file
done
: >empty.json
run 130 empty.json ./early
holds "there was nothing in the file" "status $status: $(cat err)" has_new empty.json
run 130 new.json ./early
holds "there was no file" "status $status: $(cat err)" has_new new.json
ends
