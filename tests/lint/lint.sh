#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What the tree must keep: floors, format, licence lines, shell style, the man page. breaks.sh tries it.
set -uo pipefail
# shellcheck source=tests/lint/common.sh
. "$(dirname "$0")/common.sh"

# Each floor of user/ may include itself and those below it; include/ only itself; bpf/ that, what
# the processor has for it, and no one else has its headers. A header is named from user/ or include/ on,
# or by its name alone in its own folder.
floors() {
	sources -path './bpf/*.*' -o -path './include/*.*' -o -path './user/*.[chS]' -o -path './user/*.def' |
		sed 's,^\./,,' | xargs awk '
	BEGIN {
		n = split("arch base model process cpython reader probe hook blocks bias backend report live agent cli", up)
		for (i = 1; i <= n; i++) {
			below = below " " up[i]
			may[up[i]] = below
		}
		may["python"] = " arch base marker python"
		may["stub"] = " arch stub"
		may["marker"] = " arch marker"
		if ("ls user" | getline dir) do known[dir] = 1; while ("ls user" | getline dir)
		known["user"] = known["bpf"] = known["tests"] = known["vmlinux"] = known["include"] = 1
	}
	function says(what) { print FILENAME ":" FNR ": " what }
	FNR == 1 {
		split(FILENAME, part, "/")
		floor = part[1] == "user" ? part[2] : part[1]
	}
	!/^[ \t]*#?[ \t]*\.?inc(lude|bin)[ \t"<]/ || /^[ \t]*inc/ { next }
	!/inc[a-z]*[ \t]*["<][^">]+[">]/ { says("what it includes is not to be seen"); next }
	{
		from = match($0, /["<]/)
		angle = substr($0, from, 1) == "<"
		path = substr($0, from + 1)
		sub(/[">].*/, "", path)
		split(path, inc, "/")
	}
	inc[1] == "user" && inc[2] == floor { next } # a file for the assembler
	path ~ /(^|\/)\.\.?\// { says("includes by a path of its own, " path); next }
	path ~ /skel\.h$/ && FILENAME != "user/probe/inside.h" { says("only probe/inside.h knows the skeleton") }
	angle && inc[1] == "bpf" && floor != "probe" && floor != "bias" &&
	FILENAME !~ /\.bpf\.[ch]$/ { says("only probe knows libbpf") }
	angle && !(inc[1] in known && inc[1] != "bpf") { next }
	path ~ /\.bpf\.h$/ && path !~ /^arch\// && floor != "bpf" { says("headers of bpf/ stay there") }
	path !~ /\// || inc[1] == "bpfprof" || floor == "bpf" && path ~ /^arch\/.*\.(bpf\.h|def)$/ { next }
	index(may[floor] " ", " " inc[1] " ") == 0 { says("floor " floor " includes " inc[1]) }'
}

# One line of the licence, among the first three.
licence() {
	sources ! -name '*.json' ! -name '*.md' ! -name .gitignore ! -name LICENSE ! -name copyright \
		! -name py.typed ! -path './tests/python/golden/*' ! -path './tests/fuzz/corpus/*' | xargs awk '
	BEGIN { name = "SPDX-License-" "Identifier" }
	index($0, name) && ($0 ~ "^[^a-zA-Z]*" name || $0 ~ "/[*/][ *]*" name) { lines[FILENAME]++ }
	FNR <= 3 && $0 ~ "^[^ ]* " name ": GPL-2.0-only OR BSD-2-Clause( \\*/| -->)?$" { good[FILENAME]++ }
	END {
		for (i = 1; i < ARGC; i++)
			if (lines[ARGV[i]] != 1 || good[ARGV[i]] != 1) print ARGV[i] ": not one SPDX line"
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
	local page verb
	for page in "$build"/bpfprof*.8; do
		{ MANWIDTH=80 man --warnings -l "$page" >/dev/null; } 2>&1
	done
	for verb in $("$build/bpfprof" --help | sed -n 's/^  bpfprof \([a-z]*\).*/\1/p'); do
		[ -e "$build/bpfprof-$verb.8" ] || echo "bpfprof $verb: no page"
	done
}

# Functions stay short, from the first line of the head to the last brace: none over 70 lines, macros,
# scripts and pages included.
lengths() {
	sources -name '*.[ch]' | xargs awk '
	function judge(from) {
		if (FNR - from >= 70) print FILENAME ":" from ": " FNR - from + 1 " lines: " text
	}
	FNR == 1 { head = inside = macro = 0 }
	/^[ \t]*#[ \t]*define.*\\$/ { macro = FNR; text = $0 }
	macro && !/\\$/ { judge(macro); macro = 0 }
	inside && /^\}/ { judge(inside); inside = head = 0; next }
	inside { next }
	/^$|^#|^\/\*|^ \*|;$|^\}/ { head = 0; next }
	/^[a-zA-Z_]/ && !head { head = FNR; text = $0 }
	head && (/^\{/ || /\)[ \t]*\{$/) { inside = head }'
	sources -name '*.sh' -o -name '*.js' -o -path ./.ci/run | xargs awk '
	FNR == 1 { inside = 0 }
	/^(export )?(default )?(async )?function[ *]|^[a-zA-Z_]+ ?\(\) *\{|^(const|let) [a-zA-Z]+ = .*=> \{$/ { inside = FNR; text = $0 }
	inside && /^\}/ {
		if (FNR - inside >= 70) print FILENAME ":" inside ": " FNR - inside + 1 " lines: " text
		inside = 0
	}'
	sources -name '*.py' | xargs /usr/bin/python3 -c '
import ast, sys
for path in sys.argv[1:]:
    for node in ast.walk(ast.parse(open(path).read())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno - node.lineno >= 70:
            print(f"{path}:{node.lineno}: {node.end_lineno - node.lineno + 1} lines: {node.name}")'
}

# No file over 400 lines, but for what a program writes.
sizes() {
	sources ! -path './tests/fuzz/corpus/*' ! -path './tests/*golden/*.json' ! -path './tests/unit/top.*' \
		! -name '*.pyc' | xargs awk '
	FNR == 401 { print FILENAME ": over 400 lines" }'
}

# Each header has an include guard, and none has another's: the second would be empty.
guards() {
	sources -name '*.h' | xargs awk '
	function ends() {
		if (last && had < 2) print last ": no include guard"
	}
	FNR == 1 { ends(); had = 0; last = FILENAME }
	/^[ \t]*#[ \t]*(ifndef|define|pragma|include|if|ifdef)/ && had < 2 {
		line = $0
		sub(/^[ \t]*#[ \t]*/, "", line)
		split(line, word, /[ \t\/]+/)
		if (had == 0 && word[1] == "ifndef") {
			had = 1
			name = word[2]
			if (name in at) print FILENAME ": " name ", as in " at[name]
			at[name] = FILENAME
		} else if (had == 1 && word[1] == "define" && word[2] == name)
			had = 2
		else
			had = -9
	}
	had < 0 { print FILENAME ": no include guard before all else"; had = 2 }
	END { ends() }'
}

# No name that lost: tests/lint/words.txt, in any file and case.
words() {
	local word instead of also
	while IFS=$'\t' read -r word instead of; do
		also=()
		[ "$of" != c ] || also=(--include='*.[ch]' --include='*.def' --include='*.S')
		[ -z "$instead" ] ||
			grep -rniIE "${also[@]}" --exclude-dir={lint,corpus,__pycache__} -e "$word" \
				bpf include user tests vmlinux Makefile .ci ./*.md | sed "s/$/ (say: $instead)/"
	done <tests/lint/words.txt
	true
}

# Registers, instruction bytes and system calls by number are in user/arch; comments may name them.
# A system call by its name is of every processor, where every processor has it. The public header stands
# alone.
processor() {
	local lacking
	lacking=$(comm -23 \
		<(sed -n 's/^#define __NR_\([a-z0-9_]*\).*/\1/p' /usr/include/x86_64-linux-gnu/asm/unistd_64.h | sort -u) \
		<(sed -nE 's/^#define __NR(3264)?_([a-z0-9_]*).*/\2/p' /usr/include/asm-generic/unistd.h | sort -u) |
		paste -sd '|')
	sources -path './bpf/*' -o -path './include/*' -o -path './user/*.[chS]' -o -path './user/*.def' |
		sed 's,^\./,,' | grep -v '^user/arch/\|^include/bpfprof\.h$' | xargs awk -v lacking="$lacking" '
	BEGIN {
		apart = "(^|[^a-z0-9])"
		register = apart "(r|e)(ax|bx|cx|dx|si|di|bp|sp|ip)([^a-z0-9]|$)|" apart "r(8|9|1[0-5])[bwd]?([^a-z0-9]|$)"
		register = register "|" apart "([xyz]mm[0-9]+|[fg]s_?base|[er]flags)([^a-z0-9]|$)|->(ax|bx|cx|dx|si|di)([^a-z_]|$)|regs(\\.|->)[a-z]"
		bytes = "(0|\\\\)x(cc|e8|e9|eb|90|c3)([^0-9a-f]|$)|0x0f, *0x[0-9a-f]"
		inline = "__builtin_ia32|(^|[^a-z])_mm_|rdtsc|[ix]86intrin|immintrin|cpuid\\.h"
		inline = inline "|(^|[^a-z_])(__)?asm(__)?( |__volatile__|volatile)*\\(($|[^\"]*\"[^\".])"
		name = "(sys|__nr)_[a-z]"
		number = "(^|[^a-z0-9_])(cpu__)?syscall\\((\\(?[a-z]+\\))?"
		injected = "inject__(call|seccomp)\\([^,]*, *"
		lacks = "(sys|__nr)_(" lacking ")([^a-z0-9_]|$)|define (sys|__nr)_"
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
		sub(/\/\/ .*/, "", code)
		code = code ~ /^#include/ ? "" : tolower(code)
		calls = code ~ number && code !~ number name || code ~ injected && code !~ injected "(" name "|calls\\[i\\]\\.)"
		if (code ~ /(const struct inject|struct inject|long) ?\*?(in, )?(long )?nr/) calls = 0 # the wrappers
	}
	calls || code ~ register || code ~ bytes || code ~ inline || code ~ lacks { print FILENAME ":" FNR ": " $0 }'
}

# What the process may change is fetched once where it is held against a table's size: an index is what
# was checked.
once() {
	sources -path './user/reader/*.[ch]' | xargs awk '
	/->[a-z_][a-z_]+(\[[^]]*\])?(\.[a-z_]+)* (<|<=|>|>=) [a-z_]+->size\./ { print FILENAME ":" FNR ": " $0 }'
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
check once once
check words words
