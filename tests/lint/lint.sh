#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What the tree must keep: floors, format, licence lines, shell style, the man page.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

check() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1) && [ -z "$out" ]; then
		echo "ok lint $name"
	else
		echo "not ok lint $name - $(head -1 <<<"$out")"
		head -40 <<<"$out" | awk '{print "# " $0}'
	fi
}

# Files of the tree by find's tests, with or without git.
sources() {
	find . \( -path ./build -o -name .git \) -prune -o -type f \( "$@" \) -print
}

# Each floor of user/ may include itself and those below it; include/ only itself; bpf/ that, what
# the processor has for it, and no one else has its headers.
floors() {
	awk '
	BEGIN {
		n = split("arch base model process cpython reader probe hook blocks bias backend report live agent cli", up)
		for (i = 1; i <= n; i++) {
			below = below " " up[i]
			may[up[i]] = below
		}
		may["python"] = " arch base marker python"
		may["stub"] = " arch stub"
	}
	FNR == 1 {
		split(FILENAME, part, "/")
		floor = part[1] == "user" ? part[2] : part[1]
	}
	/^#include "[a-z]+\// {
		split($2, inc, /["\/]/)
		if (inc[2] == "bpfprof" || floor == "bpf" && $2 ~ /^"arch\/.*\.bpf\.h"/) next
		if (index(may[floor] " ", " " inc[2] " ") == 0)
			print FILENAME ":" FNR ": floor " floor " includes " inc[2]
	}
	/^#include <bpf\// && floor != "probe" && floor != "bias" && FILENAME !~ /\.bpf\.[ch]$/ {
		print FILENAME ":" FNR ": only probe knows libbpf"
	}
	/skel\.h"/ && FILENAME != "user/probe/inside.h" {
		print FILENAME ":" FNR ": only probe/inside.h knows the skeleton"
	}
	/^#include "[a-z]*\.bpf\.h"/ && FILENAME !~ /^bpf\// {
		print FILENAME ":" FNR ": headers of bpf/ stay there"
	}' bpf/*.[ch] include/*.h include/*/*.h user/*/*.[ch] user/arch/*/*.[ch]
}

licence() {
	sources ! -name '*.json' ! -name '*.md' ! -name .gitignore ! -name LICENSE ! -name copyright \
		! -name py.typed ! -path './tests/python/golden/*' ! -path './tests/fuzz/corpus/*' | xargs awk '
	/^[^ ]* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause/ { lines[FILENAME]++ }
	END {
		for (i = 1; i < ARGC; i++)
			if (lines[ARGV[i]] != 1) print ARGV[i] ": not one SPDX line"
	}'
}

format() {
	local c
	c=$(sources -name '*.[ch]')
	# shellcheck disable=SC2086
	clang-format --dry-run $c 2>&1 | head -20
}

shell() {
	local s
	s=$(sources -name '*.sh' -o -path ./.ci/run)
	# shellcheck disable=SC2086
	shellcheck -x -e SC2016 $s
}

manpage() {
	{ MANWIDTH=80 man --warnings -l build/bpfprof.8 >/dev/null; } 2>&1
}

# Functions in C stay short: none over 70 lines.
lengths() {
	sources -name '*.[ch]' | xargs awk '
	FNR == 1 { start = 0 }
	/^[a-zA-Z_].*\)$/ || /^[a-zA-Z_\t].*[^;]$/ { if (!start) head = $0 }
	/^\{/ { start = FNR }
	/^\}/ && start {
		n = FNR - start + 1
		if (n > 70) print FILENAME ":" start ": " n " lines: " head
		start = 0
	}'
}

# No file over 400 lines; the workloads are programs of one file each, as the oracle compiles one.
sizes() {
	sources -name '*.[chS]' -o -name '*.def' -o -name '*.sh' -o -path './user/report/html/*' \
		-o -name '*.py' ! -path './tests/workloads/*' | xargs wc -l |
		awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }'
}

# No include guard twice: the second header would be empty.
guards() {
	sources -name '*.h' | xargs awk '
	/^#ifndef BPFPROF_.*_H$/ && $2 in at { print FILENAME ": " $2 ", as in " at[$2] }
	/^#ifndef BPFPROF_.*_H$/ { at[$2] = FILENAME }'
}

# No name that lost: tests/lint/words.txt.
words() {
	local word instead also
	while IFS=$'\t' read -r word instead; do
		also=(--include='*.js' --include='*.html' --include='*.css')
		[[ $word != '('* ]] || also=() # a field of the core
		[ -z "$instead" ] ||
			grep -rnE --include='*.[chS]' --include='*.def' --include='*.py' --include='*.sh' --include='*.md' \
				"${also[@]}" \
				-e "$word" bpf include user tests ./*.md | sed "s/$/ (say: $instead)/"
	done <tests/lint/words.txt
	true
}

# Registers, instruction bytes and system calls by number are in user/arch; comments may name them.
# The public header stands alone.
processor() {
	find bpf include user -name '*.[chS]' ! -path 'user/arch/*' ! -path include/bpfprof.h -print0 |
		xargs -0 awk '
	BEGIN {
		word = "(^|[^a-z0-9_])((r|orig_r|e)(ax|bx|cx|dx|si|di|bp|sp|ip)|fs_?base)([^a-z0-9_]|$)"
		other = "->(ax|bx|cx|dx|si|di)([^a-z]|$)|__builtin_ia32|0x(cc|e8|e9|90|0f, 0x1f)([^0-9a-f]|$)|\"a\"\\("
		other = other "|(^|[^a-z_])syscall\\([0-9]|__asm__( volatile)?\\(\"[^\".]"
	}
	FNR == 1 { comment = 0 }
	{
		code = ""
		for (rest = $0; rest != "";) {
			at = index(rest, comment ? "*/" : "/*")
			if (!comment) code = code (at ? substr(rest, 1, at - 1) : rest)
			rest = at ? substr(rest, at + 2) : ""
			if (at) comment = !comment
		}
	}
	code ~ word || code ~ other { print FILENAME ":" FNR ": " $0 }'
}

check floors floors
check processor processor
check licence licence
check format format
check shell shell
check manpage manpage
check lengths lengths
check sizes sizes
check guards guards
check words words
