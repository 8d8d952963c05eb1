#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Puts Debian's other interpreters into $BPFPROF_CACHE, from the mirror that apt uses here:
#   bullseye/  CPython 3.9, its .debs unpacked (it runs on Debian 12 as it is)
#   bullseye-aarch64/  the same for that processor
#   forky/     a tree with CPython 3.13, 3.14 and 3.15, to be entered with chroot
#   freethreaded/  CPython 3.13 without the GIL, built from Debian's source (two to four minutes)
#   jit/       CPython 3.13 with its JIT, which Debian's 3.13 lacks, likewise; needs clang-19
#   packages/  coverage.py and greenlet for these, of either release
# fetch-pythons.sh [bullseye] [forky] [packages] [freethreaded] [jit]; the first three by default, the last too where
# BPFPROF_FREETHREADED=1 and BPFPROF_JIT=1. Idempotent; a tree is made aside and moved into place whole.
set -euo pipefail

cache=${BPFPROF_CACHE:-/var/cache/bpfprof}
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9

# shellcheck source=tests/release.sh
. "$(dirname "$0")/release.sh"

bullseye() {
	release "$1" bullseye deb "${2:-}"
	mkdir "$1/debs"
	(cd "$1/debs" && twice apt-get "${opts[@]}" download python3.9-minimal \
		libpython3.9-minimal libpython3.9-stdlib libpython3.9 libffi7 libssl1.1 \
		libmpdec3 >/dev/null)
	for deb in "$1"/debs/*.deb; do
		dpkg -x "$deb" "$1/tree"
	done
}

bullseye-aarch64() {
	bullseye "$1" arm64
}

forky() {
	twice mmdebstrap --quiet --variant=minbase \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--include=python3.13,python3.14,python3.15,libpython3.15 \
		forky "$1/tree" "$mirror"
	mkdir -p "$1/tree/bpfprof-tests"
}

packages() {
	local from deb
	mkdir "$1/tree"
	for from in bullseye forky; do
		release "$1/$from" "$from" deb
		(cd "$1/$from" && twice apt-get "${opts[@]}" download python3-coverage python3-greenlet >/dev/null)
		for deb in "$1/$from"/*.deb; do
			dpkg -x "$deb" "$1/tree/$from"
		done
	done
}

# CPython 3.13's, as upstream has it: Debian's patches are of no concern here.
source_of_313() {
	release "$1" forky deb-src
	mkdir -p "$1/source"
	(cd "$1" && twice apt-get "${opts[@]}" source --download-only python3.13 >/dev/null)
	tar -xf "$1"/python3.13_*.orig.tar.* -C "$1/source" --strip-components 1
}

# What a run needs and no more.
freethreaded() {
	local source=$1/source tree=$1/tree
	source_of_313 "$1"
	mkdir -p "$tree/bin" "$tree/lib/python3.13t/lib-dynload"
	(cd "$source" && ./configure -q --disable-gil --disable-test-modules --without-ensurepip &&
		make -s -j"$(nproc)" all) >"$1/log" 2>&1 || {
		tail -5 "$1/log" >&2
		return 1
	}
	cp "$source/python" "$tree/bin/python3.13t"
	cp "$source"/build/lib.*/*.so "$tree/lib/python3.13t/lib-dynload/"
	cp "$source"/build/lib.*/_sysconfigdata*.py "$tree/lib/python3.13t/"
	tar -C "$source/Lib" --exclude ./test --exclude ./idlelib --exclude ./tkinter \
		--exclude ./ensurepip --exclude __pycache__ -cf - . |
		tar -C "$tree/lib/python3.13t" -xf -
	"$tree/bin/python3.13t" -c 'import asyncio, json, sys; sys.exit(sys._is_gil_enabled())'
}

# It asks for LLVM 18, which Debian 12 has not; 19 makes code that runs as well.
jit() {
	local source=$1/source llvm=$1/llvm/usr/lib/llvm-19
	source_of_313 "$1"
	(cd "$1" && twice apt-get -q -o APT::Sandbox::User=root download llvm-19 >/dev/null)
	dpkg -x "$1"/llvm-19_*.deb "$1/llvm"
	sed -i 's/_LLVM_VERSION = 18/_LLVM_VERSION = 19/' "$source/Tools/jit/_llvm.py"
	(cd "$source" && export PATH=$llvm/bin:$PATH &&
		./configure -q --prefix="$cache/jit" --disable-test-modules --without-ensurepip \
			--enable-experimental-jit=yes-off && make -s -j"$(nproc)" all &&
		make -s install DESTDIR="$1/made") >"$1/log" 2>&1 || {
		tail -5 "$1/log" >&2
		return 1
	}
	mv "$1/made$cache/jit" "$1/tree"
}

if [ $# = 0 ]; then
	set -- bullseye forky packages
	[ "${BPFPROF_FREETHREADED:-0}" = 0 ] || set -- "$@" freethreaded
	[ "${BPFPROF_JIT:-0}" = 0 ] || set -- "$@" jit
fi
for tree in "$@"; do
	[ -e "$cache/$tree/.complete" ] && continue
	rm -rf "${cache:?}/$tree" "$cache/$tree.new"
	mkdir -p "$cache/$tree.new"
	if ! "$tree" "$cache/$tree.new"; then
		echo "fetch-pythons: cannot fetch $tree from apt's mirror; check the network" >&2
		exit 1
	fi
	mv "$cache/$tree.new/tree" "$cache/$tree"
	touch "$cache/$tree/.complete"
	rm -rf "$cache/$tree.new"
done
