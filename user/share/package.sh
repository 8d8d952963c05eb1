#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# package.sh DIR: builds the Debian packages of the tree around it in DIR. The version is the
# program's; the date is that of the last change, so that the same tree gives the same bytes.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
out=$(mkdir -p "$1" && cd "$1" && pwd)
version=$(sed -n 's/^#define BPFPROF_VERSION "\(.*\)"/\1/p' "$top/include/bpfprof/version.h")
maintainer="${DEBFULLNAME:-bpfprof authors} <${DEBEMAIL:-bpfprof@example.org}>"
stage=$out/bpfprof-$version

# The date of the last commit, or in a tree without git that of its changelog.
last_change() {
	git -C "$top" log -1 --format=%ct 2>/dev/null || stat -c %Y "$top/CHANGELOG.md"
}

build_depends() {
	sed -n 's/^\(build\|python\) //p' "$top/tests/deps.txt" | paste -sd, | sed 's/,/, /g'
}

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(last_change)}
rm -rf "$stage"
mkdir -p "$stage"
(cd "$top" && tar --exclude=__pycache__ -cf - Makefile LICENSE ./*.md bpf include tests user vmlinux) |
	tar -C "$stage" -xf -
cp -r "$stage/user/share/debian" "$stage/debian"
mkdir "$stage/debian/source"
echo '3.0 (native)' >"$stage/debian/source/format"
sed -i "s/@MAINTAINER@/$maintainer/; s/@BUILD_DEPENDS@/$(build_depends)/" "$stage/debian/control"
cat >"$stage/debian/changelog" <<EOF
bpfprof ($version) unstable; urgency=medium

  * Release $version; /usr/share/doc/bpfprof/CHANGELOG.md.gz says what is new.

 -- $maintainer  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
EOF
cd "$stage"
umask 022
unset MAKEFLAGS MAKELEVEL MFLAGS
dpkg-buildpackage -us -uc -b -j"$(nproc)" >"$out/build.log" 2>&1 || {
	tail -n 20 "$out/build.log" >&2
	exit 1
}
ls "$out"/*.deb
