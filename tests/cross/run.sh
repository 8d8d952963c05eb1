#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What was built for aarch64 runs under qemu's emulation of programs, which knows neither BPF nor ptrace: the unit
# tests, or one file of tests/golden. Its tree is $BPFPROF_CACHE/aarch64; where the mirror has none, this runs what
# needs no library but C's. run.sh BUILD_DIR units|GOLDEN
set -uo pipefail

build=$(realpath "$1")/aarch64
here=$(cd "$(dirname "$0")/.." && pwd)
tree=${BPFPROF_CACHE:-/var/cache/bpfprof}/aarch64
[ -e "$tree/.complete" ] || tree=''
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# says COMMAND...: what a test says, with the processor's name
says() {
	local status
	"$@" >"$work/said" 2>&1 </dev/null
	status=$?
	sed -E 's/^(not )?ok /&aarch64 /' "$work/said"
	[ "$status" = 0 ] || grep -q '^not ok' "$work/said" || echo "not ok aarch64 $* - ended with status $status"
}

# Not in it: the seccomp filter, as the kernel's half of that is not emulated, and recording by ten thousand threads,
# which take minutes there.
units() {
	local unit
	for unit in "$build"/tests/plain/test_*; do
		case ${unit##*/} in
		test_confined | test_blocks) ;;
		test_base | test_top) [ -z "$tree" ] || says qemu-aarch64-static -L "$tree" "$unit" ;;
		*) says qemu-aarch64-static -L "${tree:-/usr/aarch64-linux-gnu}" "$unit" ;;
		esac
	done
}

# As a program: the tests give it to what runs programs.
golden() {
	printf '#!/bin/sh\nexec qemu-aarch64-static -L %s %s "$@"\n' "$tree" "$build/bpfprof" >"$work/bpfprof"
	chmod 755 "$work/bpfprof"
	says /usr/bin/python3 "$here/golden/$1.py" "$work/bpfprof"
}

if [ "$2" = units ]; then
	units
elif [ -n "$tree" ]; then
	golden "$2"
else
	echo "# aarch64 $2: not without the libraries"
fi
