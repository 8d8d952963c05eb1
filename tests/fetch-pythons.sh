#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Puts Debian's other interpreters into $BPFPROF_CACHE, from the mirror that apt uses here:
#   bullseye/  CPython 3.9, its .debs unpacked (it runs on Debian 12 as it is)
#   forky/     a tree with CPython 3.13, 3.14 and 3.15, to be entered with chroot
# fetch-pythons.sh [bullseye] [forky]; both by default. Idempotent; a tree is made aside and moved into place whole.
set -euo pipefail

cache=${BPFPROF_CACHE:-/var/cache/bpfprof}
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9

mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME) $(CREATED_BY)' |
	awk '$2 !~ /security|updates|backports/ && $3 == "Packages" {print $1; exit}')
if [ -z "$mirror" ]; then
	echo "fetch-pythons: apt knows no mirror; run apt-get update" >&2
	exit 1
fi
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

twice() {
	"$@" || "$@"
}

bullseye() {
	local work=$1 opts
	mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial" "$work/debs"
	touch "$work/apt/status"
	echo "deb [signed-by=$keyring] $mirror bullseye main" >"$work/apt/sources.list"
	opts=(-q -o "Dir::Etc::sourcelist=$work/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o "Dir::State::lists=$work/apt/lists" -o "Dir::State::status=$work/apt/status"
		-o "Dir::Cache=$work/apt" -o Acquire::Check-Valid-Until=false
		-o APT::Sandbox::User=root)
	twice apt-get "${opts[@]}" update >/dev/null
	(cd "$work/debs" && twice apt-get "${opts[@]}" download python3.9-minimal \
		libpython3.9-minimal libpython3.9-stdlib libpython3.9 libffi7 libssl1.1 \
		libmpdec3 >/dev/null)
	for deb in "$work"/debs/*.deb; do
		dpkg -x "$deb" "$work/tree"
	done
}

forky() {
	twice mmdebstrap --quiet --variant=minbase \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--include=python3.13,python3.14,python3.15,libpython3.15 \
		forky "$1/tree" "$mirror"
	mkdir -p "$1/tree/bpfprof-tests"
}

[ $# -gt 0 ] || set -- bullseye forky
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
