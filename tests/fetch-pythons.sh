#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Puts Debian's other interpreters into $BPFPROF_CACHE, from the mirror that apt uses here:
#   bullseye/  CPython 3.9, its .debs unpacked (it runs on Debian 12 as it is)
#   forky/     a tree with CPython 3.13, 3.14 and 3.15, to be entered with chroot
# fetch-pythons.sh [bullseye] [forky]; both by default. Idempotent; a tree is made aside, stamped,
# and renamed into place whole.
set -euo pipefail

cache=${BPFPROF_CACHE:-/var/cache/bpfprof}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
stamp=.complete

die() {
	echo "fetch-pythons: $*" >&2
	exit 1
}

# The site of the running release's main archive: not security, updates, backports or a third
# party's. apt answers for both forms of its lists of sources.
mirror() {
	local release
	# shellcheck source=/dev/null
	release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	apt-get indextargets --format '$(CODENAME) $(SUITE) $(CREATED_BY) $(SITE)' 2>/dev/null |
		awk -v release="$release" '$3 == "Packages" && !site && ($1 == release || $2 == release) { site = $4 }
			END { print site }'
}

twice() {
	"$@" || { sleep 2 && "$@"; }
}

# In the functions below each step says "|| return": they are called under "if", where -e is off.
bullseye() {
	local work=$1 site=$2 deb opts
	mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial" "$work/debs" &&
		: >"$work/apt/status" || return
	echo "deb [signed-by=$keyring] $site bullseye main" >"$work/apt/sources.list" || return
	opts=(-q -o "Dir::Etc::sourcelist=$work/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o "Dir::State::lists=$work/apt/lists" -o "Dir::State::status=$work/apt/status"
		-o "Dir::Cache=$work/apt" -o Acquire::Check-Valid-Until=false
		-o APT::Update::Error-Mode=any -o APT::Sandbox::User=root)
	twice apt-get "${opts[@]}" update || return
	cd "$work/debs" || return
	twice apt-get "${opts[@]}" download python3.9-minimal libpython3.9-minimal \
		libpython3.9-stdlib libpython3.9 libffi7 libssl1.1 libmpdec3 || return
	for deb in *.deb; do
		dpkg -x "$deb" "$work/tree" || return
	done
	LD_LIBRARY_PATH=$work/tree/usr/lib/x86_64-linux-gnu PYTHONHOME=$work/tree/usr \
		PYTHONDONTWRITEBYTECODE=1 "$work/tree/usr/bin/python3.9" -c 'import asyncio, ctypes, decimal, ssl'
}

forky_tree() {
	rm -rf --one-file-system "$1" && mmdebstrap --quiet --variant=minbase \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--include=python3.13,python3.14,python3.15,libpython3.15 forky "$1" "$2"
}

forky() {
	local v
	twice forky_tree "$1/tree" "$2" && mkdir -p "$1/tree/bpfprof-tests" || return
	for v in 3.13 3.14 3.15; do
		chroot "$1/tree" "/usr/bin/python$v" -B -c 'import asyncio, ctypes' || return
	done
}

[ $# -gt 0 ] || set -- bullseye forky
for tree in "$@"; do
	case $tree in
	bullseye | forky) ;;
	*) die "no such tree: $tree (bullseye or forky)" ;;
	esac
done

mkdir -p "$cache" 2>/dev/null || die "cannot make $cache"
[ -w "$cache" ] || die "cannot write to $cache"
exec 9>>"$cache/lock"
flock 9

for tree in "$@"; do
	[ -e "$cache/$tree/$stamp" ] && continue
	work=$cache/$tree.new
	log=$cache/$tree.log
	if [ "$tree" = forky ] && ! command -v mmdebstrap >/dev/null; then
		die "cannot make $tree: mmdebstrap is missing"
	fi
	site=$(mirror)
	[ -n "$site" ] || die "cannot fetch $tree: apt knows no main archive of this release"
	rm -rf --one-file-system "${cache:?}/$tree" "$work"
	mkdir -p "$work"
	# The lock is not for what runs below: a child left behind must not hold it.
	if ! ("$tree" "$work" "$site") >"$log" 2>&1 </dev/null 9>&-; then
		rm -rf --one-file-system "$work"
		die "cannot fetch $tree from apt's mirror: see $log"
	fi
	touch "$work/tree/$stamp"
	mv "$work/tree" "$cache/$tree"
	rm -rf --one-file-system "$work" "$log"
done
