#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The papers say what is there: every path in them exists, every make command is known, and the
# floors are drawn as the lint holds them.
set -uo pipefail
# shellcheck source=tests/lint/common.sh
. "$(dirname "$0")/common.sh"
papers=(ARCHITECTURE.md CONTRIBUTING.md README.md SECURITY.md)

# What a paper has between backquotes and in its blocks of code, less the shell's remarks; a line each.
code() {
	perl -0777 -ne 'while (/^```(\w*)\n(.*?)^```|`([^`]+)`/msg) { print "\n", $2 // $3 =~ s/\s+/ /gr, "\n" }' "$1" |
		sed 's/ \+# .*//; s/-o [^ ]*//g'
}

# Words that begin with a folder of the top, wherever they stand; NAME stands for any. What make builds is of
# a rule or a test's source.
paths() {
	local paper path
	for paper in "${papers[@]}"; do
		grep -oE '(^|[^A-Za-z0-9_./-])(user|bpf|include|tests|vmlinux|build|\.ci)/[A-Za-z0-9_./*{},-]*' "$paper" |
			sed -E 's/^[^A-Za-z.]//; s/[.,]+$//' | sort -u |
			while read -r path; do
				case $path in
				*NAME* | include/) ;;
				build/tests/*) [ -e "${path#build/}.c" ] ;;
				build/*) grep -qF "\$(O)/${path#build/}" Makefile ;;
				*) compgen -G "${path%/}" >/dev/null ;;
				esac || echo "$paper: there is no $path"
			done
	done
}

# Names of files without their folder; the README's scripts and outputs are its reader's.
files() {
	local paper name
	for paper in "${papers[@]}"; do
		code "$paper" | grep -oE '(^|[ (])[A-Za-z0-9_][A-Za-z0-9_.-]*\.(c|h|S|def|py|pyi|sh|js|css|html|json|txt|md|ld)\b' |
			tr -d ' (' | sort -u | while read -r name; do
			case $paper:$name in
			*NAME* | README.md:*.json | README.md:*.html | README.md:*.py | README.md:*.csv) ;;
			*) [ -n "$(sources -name "$name")" ] || echo "$paper: there is no file $name" ;;
			esac
		done
	done
	true
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

# test_is RING NAME: whether tests/run.sh finds such a file; an empty RING is any
test_is() {
	local found
	found=$(compgen -G "tests/${1:-*}/test_$2.c"; compgen -G "tests/${1:-*}/$2.*"; compgen -G "tests/${1:-*}/*/$2.sh")
	[ -n "$found" ] || [ -d "tests/${1:-e2e}/$2" ]
}

# What make is told to do, inline too: targets, and the tests that RING and T name.
commands() {
	local paper line word ring of
	for paper in "${papers[@]}"; do
		code "$paper" | grep -E '(^|[ ;(])make( |$)' | while read -r line; do
			ring='' of=''
			for word in ${line#*make}; do
				case $word in
				RING=*) ring=${word#RING=} && [ -d "tests/$ring" ] || echo "$paper: make RING=$ring" ;;
				T=*) of=${word#T=} ;;
				NAME | *=* | -*) ;;
				[a-z]*) grep -qE "^([a-z-]+ )*$word( [a-z-]+)*:" Makefile || echo "$paper: make $word" ;;
				*) break ;;
				esac
			done
			[ -z "$of" ] || [ "$of" = NAME ] || test_is "$ring" "$of" || echo "$paper: make $ring T=$of"
		done
	done
	true
}

# bpfprof's own commands and options, by the man page, which comes of their tables.
options() {
	local paper line word command
	for paper in "${papers[@]}"; do
		code "$paper" | grep -E '^(sudo )?([A-Z]+=[^ ]+ )*(build/)?bpfprof |^--[a-z]' | while read -r line; do
			command=$(sed -nE 's,^([^ ]*=[^ ]+ |sudo )*(build/)?bpfprof ([a-z0-9]+)( .*|$),\3,p' <<<"$line")
			[ -z "$command" ] || grep -qE "^\.(SS|SH) .*\b$command\b|^\.B bpfprof $command|\\\\fBbpfprof $command" "$build/bpfprof.8" ||
				echo "$paper: bpfprof $command"
			for word in ${line%% -- *}; do
				[[ $word =~ ^--[a-z0-9-]+ ]] || continue
				case $line:$word in --with-dtrace* | --cflags* | --max:*) continue ;; esac
				grep -qE -- "${BASH_REMATCH[0]//-/\\\\-}([^a-z0-9\\-]|\$)" "$build/bpfprof.8" || echo "$paper: option $word"
			done
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
check files files
check commands commands
check options options
check version version
