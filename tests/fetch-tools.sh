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

# tool PACKAGE PATTERN...: the files of the package that the patterns match
tool() {
	local package=$1 missing=() pattern work
	shift
	for pattern in "$@"; do
		[ -x "$tools/${pattern##*/}" ] || missing+=("$pattern")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	work=$(mktemp -d "$tools/.XXXXXX")
	(cd "$work" && fetch "$package" && dpkg-deb --fsys-tarfile ./*.deb | tar -x --wildcards "${missing[@]}")
	for pattern in "${missing[@]}"; do
		find "$work" -name "${pattern##*/}" -type f -exec mv {} "$tools/${pattern##*/}" \;
		[ -x "$tools/${pattern##*/}" ]
	done
	rm -rf "$work"
}

[ -x "$tools/pprof" ] || [ -n "$(compiler || true)" ] || apt-get -q update >/dev/null
tool "$(compiler || true)" './usr/lib/go-*/pkg/tool/linux_*/pprof'
tool prometheus './usr/bin/promtool' './usr/bin/prometheus'
tool valgrind './usr/bin/callgrind_annotate'
