#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every backend on Debian's kernels, each booted under qemu's software emulation with bpfprof and two
# interpreters in its first file system: counts have to be exact, launched and attached. Writes the README's
# table. The kernels are kept in $BPFPROF_CACHE. run.sh BUILD_DIR; RELEASES="trixie forky" runs a part.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$1")
cache=${BPFPROF_CACHE:-/var/cache/bpfprof}
# shellcheck source=tests/release.sh
. "$here/../release.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
table=$work/table

# fetch RELEASE: its kernel as $cache/kernels/RELEASE. From Debian 14 on the image is a package of its own.
fetch() {
	local apt=$work/$1 image binary
	[ ! -e "$cache/kernels/$1" ] || return 0
	mkdir -p "$cache/kernels" "$apt/debs"
	release "$apt" "$1" deb || return
	image=$(apt-cache "${opts[@]}" depends linux-image-amd64 | awk '/Depends: linux-image-[0-9]/ {print $2; exit}')
	binary=$(apt-cache "${opts[@]}" depends "$image" | awk '/Depends: linux-binary-[0-9]/ {print $2; exit}')
	(cd "$apt/debs" && twice apt-get "${opts[@]}" download "${binary:-$image}" >/dev/null) || return
	dpkg-deb --fsys-tarfile "$apt"/debs/*.deb | tar -x -C "$apt" --wildcards --no-anchored 'vmlinuz*'
	find "$apt" -name 'vmlinuz*' -type f -exec mv {} "$cache/kernels/$1.new" \;
	mv "$cache/kernels/$1.new" "$cache/kernels/$1"
}

# put FILE...: into the guest, with the libraries that they want
put() {
	local file
	for file in "$@" $(ldd "$@" 2>/dev/null | grep -o '/[^ :]*[^ :)]' | sort -u); do
		[ -e "$root$file" ] || cp -L --parents "$file" "$root"
	done
}

make_root() {
	local lib=/usr/lib/x86_64-linux-gnu
	mkdir -p "$root"/{proc,sys,dev,tmp,root,work/build/tests/markers,usr/bin,usr/lib,usr/lib64,usr/lib/python3.11,var/cache/bpfprof}
	ln -s usr/bin usr/lib usr/lib64 "$root"
	put /usr/bin/busybox /usr/bin/python3 /usr/bin/env "$build/bpfprof" "$lib"/lib{pthread.so.0,dl.so.2,util.so.1,gcc_s.so.1}
	(cd /usr/lib/python3.11 && find . \( -name test -o -name __pycache__ -o -name 'config-*' \) -prune -o -type f -print0) |
		tar -C /usr/lib/python3.11 --null -T - -cf - | tar -C "$root/usr/lib/python3.11" -xf -
	put /usr/lib/python3.11/lib-dynload/*.so
	cp -a "$cache/bullseye" "$root/var/cache/bpfprof"
	cp "$build/bpfprof" "$root/work/build"
	cp "$build/tests/markers/example" "$root/work/build/tests/markers"
	cp "$here/guest.py" "$root/work"
	cp "$here/init" "$root/init"
	chmod 755 "$root/init"
	(cd "$root" && find . | cpio -o -H newc --quiet) >"$work/root.cpio"
}

# One processor: qemu's emulation of several loses kernels that change their own code. On a busy machine the timer
# comes too late for the kernel's check of it, which ends in a panic.
boot() {
	timeout 900 qemu-system-x86_64 -accel tcg -smp 1 -m 1500 -nographic -no-reboot -nodefaults -serial stdio \
		-monitor none -kernel "$cache/kernels/$1" -initrd "$work/root.cpio" \
		-append "console=ttyS0 quiet no_timer_check panic=-1" </dev/null | tr -d '\r' >"$work/said"
}

# try RELEASE: its lines of TAP, and its row of the table
try() {
	local kernel backend word row=''
	: >"$work/said"
	! fetch "$1" || boot "$1"
	kernel=$(sed -n 's/^kernel //p' "$work/said")
	for backend in inline eval usdt markers; do
		word=$(sed -n "s/^result $backend //p" "$work/said")
		row="$row | ${word:-not run}"
		case "${kernel%%.*}:$word" in
		*:exact) echo "ok kernels ${kernel:-$1} $backend" ;;
		5:refused) echo "ok kernels $kernel $backend, refused: $(sed -n 's/^# //p' "$work/said" | head -1)" ;;
		*)
			echo "not ok kernels ${kernel:-$1} $backend - ${word:-it did not come so far}"
			tail -n 20 "$work/said" | sed 's/^/# /'
			;;
		esac
	done
	[ -z "$kernel" ] || echo "| $kernel ($1)$row |" >>"$table"
}

make_root
for one in ${RELEASES:-bullseye bookworm trixie forky}; do
	try "$one"
done | tee "$work/log"
[ -n "${RELEASES:-}" ] || /usr/bin/python3 "$here/table.py" "$table"
! grep -q '^not ok' "$work/log"
