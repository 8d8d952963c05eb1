#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The Debian packages: built in two places they are the same bytes, lintian has nothing to say, and
# they install on bare trees of Debian 12, 13 and testing, where they profile. Some ten minutes; root.
# packages.sh BUILD_DIR
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# tell NAME COMMAND...: one line of TAP about it, and what it said where it failed
tell() {
	local name=$1
	shift
	if "$@" >"$work/said" 2>&1; then
		echo "ok packages $name"
	else
		echo "not ok packages $name"
		sed 's/^/# /' "$work/said" | tail -n 20
		failed=$((failed + 1))
	fi
}

same_bytes() {
	local deb
	for deb in "$1"/*.deb; do
		cmp "$deb" "$work/again/${deb##*/}" || return 1
	done
}

lintian_silent() {
	[ -z "$(lintian --allow-root --display-info "$1"/*.changes 2>/dev/null | tee /dev/stderr)" ]
}

# A tree of one release with the packages in it, made by its own apt.
installed() {
	mmdebstrap --quiet --variant=apt --aptopt='Acquire::Check-Valid-Until "false"' --include=python3 \
		--customize-hook="copy-in $work/debs /tmp" \
		--customize-hook='chroot "$1" sh -c "apt-get -q -y install --no-install-recommends /tmp/debs/*.deb"' \
		"$1" "$work/$1" "$("$here/mirror.sh")"
}

# profiles RELEASE: that tree's own python3, from within it, counts what it was asked to
profiles() {
	# shellcheck disable=SC2016
	unshare -m sh -c 'mount -t proc proc "$0/proc" && mount --rbind /sys "$0/sys" &&
		chroot "$0" sh -c "bpfprof -o /tmp/x.json -- python3 -c \"def f(): pass
for _ in range(1000): f()\" && python3 -c \"import bpfprof, json
rows = json.load(open(\\\"/tmp/x.json\\\"))[\\\"functions\\\"]
assert [r[\\\"ncalls\\\"] for r in rows if r[\\\"name\\\"] == \\\"f\\\"] == [1000], rows\""' "$work/$1"
}

"$here/../user/share/package.sh" "$1/deb" >"$work/said" || exit 1
tell "built again elsewhere" "$here/../user/share/package.sh" "$work/again"
tell "are the same bytes" same_bytes "$1/deb"
tell "lintian is silent" lintian_silent "$1/deb"
mkdir "$work/debs"
cp "$1"/deb/*.deb "$work/debs"
rm -f "$work"/debs/*-dbgsym_*
for release in bookworm trixie forky; do
	tell "install on $release" installed "$release"
	tell "profile on $release" profiles "$release"
	rm -rf "${work:?}/$release"
done
[ "$failed" = 0 ]
