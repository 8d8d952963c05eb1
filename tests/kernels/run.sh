#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every backend on Debian's kernels, each booted under qemu's software emulation with bpfprof and two
# interpreters in its first file system: counts have to be exact, launched and attached. Writes the README's
# table. The kernels are kept in $BPFPROF_CACHE. run.sh BUILD_DIR, whose aarch64/ has that build;
# RELEASES="trixie trixie:arm64" runs a part.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$1")
cache=${BPFPROF_CACHE:-/var/cache/bpfprof}
# shellcheck source=tests/release.sh
. "$here/../release.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
table=$work/table

# fetch RELEASE[:ARCHITECTURE]: its kernel as $cache/kernels/$1. From Debian 14 on the image is a package of its own.
fetch() {
	local apt=$work/$1 arch=${1#"${1%:*}"} image binary
	arch=${arch#:}
	[ ! -e "$cache/kernels/$1" ] || return 0
	mkdir -p "$cache/kernels" "$apt/debs"
	release "$apt" "${1%:*}" deb "$arch" || return
	image=$(apt-cache "${opts[@]}" depends "linux-image-${arch:-amd64}" |
		awk '/Depends: linux-image-[0-9]/ {print $2; exit}')
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

# What this machine has, for its own kind.
put_own() {
	local lib=/usr/lib/x86_64-linux-gnu
	put /usr/bin/busybox /usr/bin/python3 /usr/bin/env "$build/bpfprof" "$lib"/lib{pthread.so.0,dl.so.2,util.so.1,gcc_s.so.1}
	put /usr/lib/python3.11/lib-dynload/*.so
}

# What that tree has, with all its libraries.
put_tree() {
	cp -L "$1"/{lib,usr/lib}/aarch64-linux-gnu/*.so.* "$root/usr/lib/aarch64-linux-gnu"
	cp -L "$1"/lib/ld-linux-aarch64.so.1 "$root/usr/lib"
	cp -L "$1"/bin/busybox "$1"/usr/bin/python3.11 "$root/usr/bin"
	ln -s python3.11 "$root/usr/bin/python3"
	ln -s busybox "$root/usr/bin/env"
}

# make_root NAME BUILD TREE PROBES: the guest's files as $work/NAME.cpio, with the interpreters of TREE and of PROBES
make_root() {
	root=$work/$1
	mkdir -p "$root"/{proc,sys,dev,tmp,root,work/build/tests/markers,usr/bin,usr/lib/aarch64-linux-gnu,usr/lib64} \
		"$root"/{usr/lib/python3.11,var/cache/bpfprof}
	ln -s usr/bin usr/lib usr/lib64 "$root"
	if [ -n "$3" ]; then put_tree "$3"; else put_own; fi
	(cd "$3/usr/lib/python3.11" && find . \( -name test -o -name __pycache__ -o -name 'config-*' \) -prune -o \
		-type f -print0) | tar -C "$3/usr/lib/python3.11" --null -T - -cf - | tar -C "$root/usr/lib/python3.11" -xf -
	cp -a "$4" "$root/var/cache/bpfprof/bullseye"
	cp "$2/bpfprof" "$root/work/build"
	cp "$2/tests/markers/example" "$root/work/build/tests/markers"
	cp "$here/guest.py" "$root/work"
	cp "$here/init" "$root/init"
	chmod 755 "$root/init"
	(cd "$root" && find . | cpio -o -H newc --quiet) >"$work/$1.cpio"
}

# emulate KERNEL ROOT CONSOLE QEMU...: boots it. One processor: qemu's emulation of several loses kernels that change
# their own code.
emulate() {
	timeout 900 "${@:4}" -accel tcg -smp 1 -m 1500 -nographic -no-reboot -nodefaults -serial stdio -monitor none \
		-kernel "$cache/kernels/$1" -initrd "$work/$2.cpio" -append "console=$3 quiet panic=-1" </dev/null |
		tr -d '\r' >"$work/said"
}

# On a busy machine the timer comes too late for an x86 kernel's check of it, which ends in a panic.
boot() {
	case $1 in
	*:arm64) emulate "$1" aarch64 ttyAMA0 qemu-system-aarch64 -M virt -cpu max,pauth-impdef=on ;;
	*) emulate "$1" own 'ttyS0 no_timer_check' qemu-system-x86_64 ;;
	esac
}

# try RELEASE[:ARCHITECTURE]: its lines of TAP, and its row of the table
try() {
	local kernel backend word row='' name=${1/:/, }
	: >"$work/said"
	! fetch "$1" || boot "$1"
	kernel=$(sed -n 's/^kernel //p' "$work/said")
	for backend in inline eval usdt markers; do
		word=$(sed -n "s/^result $backend //p" "$work/said")
		row="$row | ${word:-not run}"
		case "${kernel%%.*}:$word" in
		*:exact) echo "ok kernels ${kernel:-$1} ($name) $backend" ;;
		5:refused) echo "ok kernels $kernel $backend, refused: $(sed -n 's/^# //p' "$work/said" | head -1)" ;;
		*)
			echo "not ok kernels ${kernel:-$1} ($name) $backend - ${word:-it did not come so far}"
			tail -n 20 "$work/said" | sed 's/^/# /'
			;;
		esac
	done
	[ -z "$kernel" ] || echo "| $kernel ($name)$row |" >>"$table"
}

make_root own "$build" '' "$cache/bullseye"
make_root aarch64 "$build/aarch64" "$cache/aarch64" "$cache/bullseye-aarch64"
for one in ${RELEASES:-bullseye bookworm trixie forky bookworm:arm64 trixie:arm64 forky:arm64}; do
	try "$one"
done | tee "$work/log"
[ -n "${RELEASES:-}" ] || /usr/bin/python3 "$here/table.py" "$table"
! grep -q '^not ok' "$work/log"
