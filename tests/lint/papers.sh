#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The papers say what is there: every path in them exists, every make command is known, and the
# floors are drawn as the lint holds them.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
papers=(ARCHITECTURE.md CONTRIBUTING.md README.md SECURITY.md)

check() {
	local name=$1 out
	shift
	out=$("$@" 2>&1)
	if [ -z "$out" ]; then
		echo "ok papers $name"
	else
		echo "not ok papers $name - $(head -1 <<<"$out")"
	fi
}

# Words between backquotes that begin with a folder of the top; NAME stands for any.
paths() {
	local paper path
	for paper in "${papers[@]}"; do
		grep -oE '`(user|bpf|include|tests)/[^` ]*`' "$paper" | tr -d '\`' | sort -u |
			while read -r path; do
				[[ $path == *NAME* ]] || [ -e "$path" ] || echo "$paper: there is no $path"
			done
	done
}

# Each folder of user/ is named, and the floors are those of the lint, upside down.
floors() {
	local dir drawn held
	for dir in user/*/; do
		dir=${dir#user/}
		grep -qE "(^ |\`user/)${dir%/}( |/)" ARCHITECTURE.md || echo "ARCHITECTURE.md: no user/$dir"
	done
	drawn=$(awk '/^ cli /,/^```/ { if (/^ [a-z]/) print $1 }' ARCHITECTURE.md | tac | xargs)
	held=$(sed -n 's/.*split("\(arch [a-z ]*\)", up.*/\1/p' tests/lint/lint.sh | xargs -n 1 |
		while read -r dir; do [ -d "user/$dir" ] && echo "$dir"; done | xargs)
	[ "$drawn" = "$held" ] || echo "ARCHITECTURE.md draws $drawn; the lint holds $held"
}

# The way of one event comes through each folder once, and does not return to it.
way() {
	sed -n '/^1\. /,/^What is open/p' ARCHITECTURE.md | grep -oE '`(user/[a-z]+|bpf|include)/[^` ]*`' |
		sed -E 's#`(user/[a-z]+|bpf|include)/.*#\1#' | uniq | sort | uniq -d |
		sed 's/^/ARCHITECTURE.md: the way of one event comes twice through /'
}

# The targets of make that the papers name.
commands() {
	local paper target
	for paper in "${papers[@]}"; do
		grep -ohE '^(sudo )?make [a-z]+' "$paper" | sed 's/.*make //' | sort -u |
			while read -r target; do
				grep -qE "^([a-z-]+ )*$target( [a-z-]+)*:" Makefile || echo "$paper: make $target"
			done
	done
}

# The changelog's newest entry is of this version.
version() {
	local newest version
	newest=$(grep -m 1 '^## ' CHANGELOG.md)
	version=$(sed -n 's/^#define BPFPROF_VERSION "\(.*\)"/\1/p' include/bpfprof/version.h)
	[[ -n $version && $newest == "## $version"* ]] || echo "CHANGELOG.md: $newest; version.h: $version"
}

check paths paths
check floors floors
check way way
check commands commands
check version version
