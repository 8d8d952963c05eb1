#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Puts Debian 12 for aarch64 into $BPFPROF_CACHE/aarch64, from the mirror that apt uses here: the libraries that we
# need, their headers, and CPython 3.11. A tree to compile against and to run in, unpacked and not installed, so that
# this machine's apt goes on to know one architecture. Idempotent; made aside and moved into place whole.
set -euo pipefail

cache=${BPFPROF_CACHE:-/var/cache/bpfprof}
[ ! -e "$cache/aarch64/.complete" ] || exit 0
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
[ ! -e "$cache/aarch64/.complete" ] || exit 0

# shellcheck source=tests/release.sh
. "$(dirname "$0")/release.sh"

packages=(libc6 libc6-dev libgcc-s1 linux-libc-dev busybox-static
	libbpf1 libbpf-dev libelf1 libelf-dev libjansson4 libjansson-dev libpcre2-8-0 libpcre2-dev
	zlib1g zlib1g-dev libncursesw6 libtinfo6 libncurses-dev libmicrohttpd-dev libcurl4-openssl-dev
	python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libexpat1 libffi8 libssl3)

# Links that begin at the root begin at the tree's.
lead_links_home() {
	local link
	find "$1" -type l -lname '/*' | while read -r link; do
		ln -sfnr "$1$(readlink "$link")" "$link"
	done
}

fetch() {
	local deb
	mkdir -p "$1/debs" "$1/tree" && release "$1" bookworm deb arm64 || return
	(cd "$1/debs" && twice apt-get "${opts[@]}" download "${packages[@]}" >/dev/null) || return
	for deb in "$1"/debs/*.deb; do
		dpkg -x "$deb" "$1/tree" || return
	done
	lead_links_home "$1/tree" && touch "$1/tree/.complete"
}

rm -rf "$cache/aarch64" "$cache/aarch64.new"
mkdir "$cache/aarch64.new"
if ! fetch "$cache/aarch64.new"; then
	echo "fetch-aarch64: cannot fetch Debian for aarch64 from apt's mirror; check the network" >&2
	exit 1
fi
mv "$cache/aarch64.new/tree" "$cache/aarch64"
rm -rf "$cache/aarch64.new"
