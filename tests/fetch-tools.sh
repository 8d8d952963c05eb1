#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Puts the programs that read our formats into $BPFPROF_CACHE/tools, out of Debian packages that
# would bring hundreds of megabytes more, or a service that starts. Idempotent.
set -euo pipefail

tools=${BPFPROF_CACHE:-/var/cache/bpfprof}/tools
mkdir -p "$tools"
exec 9>"$tools/.lock"
flock 9

# Debian names the Go compiler's package by its version.
compiler() {
	apt-cache depends golang-go 2>/dev/null | awk '/Depends: golang-[0-9.]*-go$/ {print $2}' | head -1
}

fetch() {
	apt-get -q download "$1" >/dev/null || { apt-get -q update >/dev/null && apt-get -q download "$1" >/dev/null; }
}

# tool PACKAGE PATTERN: the file of the package that the pattern matches
tool() {
	local name=${2##*/} work
	[ ! -x "$tools/$name" ] || return 0
	work=$(mktemp -d "$tools/.XXXXXX")
	(cd "$work" && fetch "$1" && dpkg-deb --fsys-tarfile ./*.deb | tar -x --wildcards "$2")
	find "$work" -name "$name" -exec mv {} "$tools/$name" \;
	rm -rf "$work"
	[ -x "$tools/$name" ]
}

[ -x "$tools/pprof" ] || [ -n "$(compiler || true)" ] || apt-get -q update >/dev/null
tool "$(compiler || true)" './usr/lib/go-*/pkg/tool/linux_*/pprof'
tool prometheus './usr/bin/promtool'
tool valgrind './usr/bin/callgrind_annotate'
