#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The lint itself: each of these breaks is made in a copy of the tree, and its check must name it, and
# nothing else. A break is text that is added to a file, which is new where there is none of that name.
set -uo pipefail
# shellcheck source=tests/lint/common.sh
. "$(dirname "$0")/common.sh"

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
sources ! -name '*.pyc' | tar -cf - -T - | tar -xf - -C "$tree" || exit 1
export build
id=SPDX-License-Identifier
ours="$id: GPL-2.0-only OR BSD-2-Clause" other="$id: MIT"
declare -A wanted=()

# breaks CHECK SAYS FILE TEXT [WHAT]: CHECK is of lint.sh, or papers:CHECK; SAYS is what it must say, "" for
# the file's name
breaks() {
	local file=$tree/$3 says=${2:-$3}
	if [ ! -e "$file" ]; then
		mkdir -p "$(dirname "$file")"
		case $file in
		*.[chS] | *.def | *.js | *.css) echo "/* $ours */" ;;
		*) echo "# $ours" ;;
		esac >"$file"
	fi
	printf '%b' "$4" >>"$file"
	wanted[$1]+="$says"$'\t'"$3${5:+, $5}"$'\n'
}

# judge CHECK: what was wanted of it, and nothing besides
judge() {
	local out says what rest script=lint
	case $1 in papers:*) script=papers ;; esac
	out=$("$tree/tests/lint/$script.sh" "${1#papers:}" | sed -n 's/^# //p; s/^ok .*//p')
	rest=$out
	while IFS=$'\t' read -r says what; do
		rest=$(grep -vF -- "$says" <<<"$rest")
		if grep -qF -- "$says" <<<"$out"; then
			echo "ok breaks $1: $what"
		else
			echo "not ok breaks $1: $what - the lint says nothing of it"
		fi
	done <<<"${wanted[$1]%$'\n'}"
	if [ -n "$rest" ]; then
		echo "not ok breaks $1: nothing else - it says $(head -1 <<<"$rest")"
	fi
}

lines() {
	for ((i = 0; i < $1; i++)); do
		printf '%s' "$2"
	done
}

# function_of LINES HEAD: its head and braces are of these lines
function_of() {
	local heads=${2//[^$'\n']/}
	printf '%s{\n' "$2"
	lines $(($1 - ${#heads} - 2)) '\ta++;\n'
	printf '}\n'
}

# --- floors
breaks floors '' user/base/a1.c '#include "report/report.h"\n' 'a floor above'
breaks floors '' user/base/a2.c '#include "../report/report.h"\n' 'by way of its parent'
breaks floors '' user/base/a3.c '#include "base/../report/report.h"\n'
breaks floors '' user/base/a4.c '#  include "report/report.h"\n' 'spaces behind #'
breaks floors '' user/base/a5.c '\t#\tinclude\t"report/report.h"\n' 'tabs'
breaks floors '' user/base/a6.c '#include"report/report.h"\n' 'no space'
breaks floors '' user/base/a7.c '#include <report/report.h>\n' 'between < and >'
breaks floors '' user/base/a8.S '#include "report/report.h"\n' 'an assembler source'
breaks floors '' user/base/a9.S '\t.include "user/report/a.S"\n' "the assembler's own"
breaks floors '' user/base/a10.def '#include "report/report.h"\n' 'a list'
breaks floors '' user/base/deep/er/a11.h '#ifndef A11\n#define A11\n#include "report/report.h"\n#endif\n' 'deeper folders'
breaks floors '' user/base/a12.c '#define X "report/report.h"\n#include X\n' 'by a macro'
breaks floors '' user/base/a13.c '#include "./../report/report.h"\n'
breaks floors '' user/cpython/a14.c '#include "hook/hook.h"\n'
breaks floors '' user/model/a15.h '#ifndef A15\n#define A15\n#include "reader/tables.h"\n#endif\n'
breaks floors '' include/bpfprof/a16.h '#ifndef A16\n#define A16\n#include "base/mem.h"\n#endif\n' 'the core'
breaks floors '' bpf/a17.bpf.h '#ifndef A17\n#define A17\n#include "base/mem.h"\n#endif\n' 'BPF'
breaks floors '' user/stub/a18.c '#include "base/mem.h"\n' 'the stub'
breaks floors '' user/python/a19.c '#include "model/profile.h"\n' 'the package'
breaks floors '' user/report/a20.c '#include <bpf/libbpf.h>\n' 'libbpf'
breaks floors '' user/hook/a21.c '#include "bpfprof.skel.h"\n' 'the skeleton'
breaks floors '' user/hook/a22.c '#include "core.bpf.h"\n' 'a header of bpf/'
breaks floors '' user/extra/a23.c '#include "base/mem.h"\n' 'a folder that is no floor'
breaks floors '' user/base/a24.c '#include "tests/unit/test.h"\n' 'tests'
breaks floors '' user/arch/x86_64/a25.c '#include "base/mem.h"\n' 'the lowest'
breaks floors '' user/agent/a26.c '#include "cli/opts.h"\n' 'the highest but one'

# --- sizes
breaks sizes '' user/base/b1.c "$(lines 400 '\n')" '401 lines'
breaks sizes '' user/base/b2.c "$(lines 399 '\n')int b2;" '401 without a final newline'
breaks sizes '' bpf/b3.bpf.h "#ifndef B3\n#define B3\n$(lines 397 '\n')#endif\n" 'a header of bpf/'
breaks sizes '' include/bpfprof/b4.def "$(lines 400 '\n')"
breaks sizes '' user/report/html/b5.js "$(lines 400 '\n')"
breaks sizes '' user/report/html/deep/b6.css "$(lines 400 '\n')"
breaks sizes '' tests/workloads/b7.py "$(lines 400 '\n')" 'a workload'
breaks sizes '' tests/e2e/b8.sh "$(lines 400 '\n')"
breaks sizes '' user/stub/b9.ld "$(lines 400 '\n')"
breaks sizes '' user/arch/x86_64/deep/b10.S "$(lines 400 '\n')"
breaks sizes Makefile Makefile "$(lines 60 '\n')"

# --- guards
header='#ifndef BPFPROF_MEM_H\n#define BPFPROF_MEM_H\n#endif\n'
breaks guards '' user/base/c1.h "$header" 'twice'
breaks guards '' user/base/c2.h '#ifndef BPFPROF_MEM_H /* a remark */\n#define BPFPROF_MEM_H\n#endif\n' 'with a remark'
breaks guards '' user/base/c3.h '#ifndef BPFPROF_MEM_H // so\n#define BPFPROF_MEM_H\n#endif\n'
breaks guards '' user/base/c4.h '#  ifndef BPFPROF_MEM_H\n#  define BPFPROF_MEM_H\n#endif\n' 'with spaces'
breaks guards '' user/base/deep/c5.h "$header" 'in a deeper folder'
breaks guards '' tests/unit/c6.h "#ifndef TEST_H\n#define TEST_H\n#endif\n" 'another prefix'
breaks guards c7.h tests/golden/c7.h "#ifndef TEST_H\n#define TEST_H\n#endif\n" 'another folder'
breaks guards '' user/base/c8.h 'int c8;\n' 'none'
breaks guards '' user/base/c9.h '#include <stdint.h>\n#ifndef C9\n#define C9\n#endif\n' 'not before all else'
breaks guards '' user/base/c10.h '#ifndef C10\n#define C01\n#endif\n' 'a typing error'
breaks guards '' user/base/c11.h '#pragma once\n'

# --- words
breaks words '' user/base/d1.c 'int foothold;\n'
breaks words '' user/base/d2.c '/* Foothold of ours. */\n' 'a capital'
breaks words '' user/base/d3.c '#define FOOTHOLD_MAX 1\n' 'capitals'
breaks words '' user/base/d4.c 'struct bpfp_foothold;\n' 'inside a name'
breaks words '' user/base/d5.S '/* the Twin */\n'
breaks words '' include/bpfprof/d6.def '/* its virtues */\n'
breaks words '' user/report/html/d7.js 'const twin = 1;\n'
breaks words '' user/report/html/deep/d8.html '<p>a twin</p>\n'
breaks words '' user/bias/d9.py 'twin = 1\n'
breaks words '' tests/e2e/d10.sh 'twin_of() { :; }\n'
breaks words '' user/share/d11.yaml 'twin: 1\n'
breaks words Makefile: Makefile '# the Foothold\n'
breaks words .ci/run .ci/run '# Twins\n'
breaks words ./README.md README.md 'A twin.\n'
breaks words '' user/base/d12.c 'void f(struct s *s)\n{\n\ts->hot = 1;\n}\n' 'a field'
breaks words '' user/base/d13.c '#include "aside.h"\n'
breaks words '' bpf/d14.bpf.h '#ifndef D14\n#define D14\n#include "home.h"\n#endif\n'
breaks words '' user/python/d15.c 'struct mark *of;\n' 'a type of C'
breaks words '' user/python/d16.h '#ifndef D16\n#define D16\nstatic struct tables *home;\n#endif\n'
breaks words '' user/model/d17.c '#include "model/slots.h"\n'
breaks words '' user/bias/d18.c 'static int seen = 1;\n'
breaks words '' user/report/d19.c 'enum place { HERE };\n'

# --- processor
breaks processor '' user/base/e1.c 'int f(void)\n{\n\treturn regs->rax;\n}\n'
breaks processor '' user/base/e2.c 'enum { REG_NR = REG_RAX };\n' "the C library's name"
breaks processor '' user/base/e3.c '#define ARG "%r9d"\n' 'r8 to r15'
breaks processor '' user/base/e4.c 'unsigned long r15;\n'
breaks processor '' bpf/e5.bpf.h '#ifndef E5\n#define E5\n#define E5_OF(ctx) (ctx)->di\n#endif\n' "BPF's names"
breaks processor '' user/base/e6.c 'unsigned char trap = 0xCC;\n' 'capital digits'
breaks processor '' user/base/e7.c 'char trap[] = "\\xcc";\n' 'in a string'
breaks processor '' user/base/e8.def 'INSN(NOP5, 0x0F, 0x1F)\n' 'a list'
breaks processor '' user/base/e9.c 'unsigned char enter[] = {0x0f, 0x05};\n'
breaks processor '' user/base/e10.S '\tmov %rdi, %rsi\n'
breaks processor '' user/base/deep/e11.h '#ifndef E11\n#define E11\n#define E11_SP rsp\n#endif\n'
breaks processor '' user/base/e12.c 'int f(void)\n{\n\treturn syscall(39);\n}\n'
breaks processor '' user/base/e13.c 'int f(long nr)\n{\n\treturn syscall(nr);\n}\n' 'a number in a variable'
breaks processor '' user/base/e14.c '#define __NR_own 39\n'
breaks processor '' user/base/e15.c 'int f(void)\n{\n\treturn syscall(SYS_fork);\n}\n' 'what others lack'
breaks processor '' user/hook/e16.c 'int f(void)\n{\n\treturn inject__call(inj, 39, 0);\n}\n'
breaks processor '' user/hook/e17.c 'int f(void)\n{\n\treturn syscall((long)39);\n}\n'
breaks processor '' user/base/e18.c 'void f(void)\n{\n\t__asm__ volatile("pause");\n}\n'
breaks processor '' user/base/e19.c 'void f(void)\n{\n\tasm volatile(\n\t\t"pause");\n}\n' 'on the next line'
breaks processor '' user/base/e20.c '#include <x86intrin.h>\nlong f(void)\n{\n\treturn __rdtsc();\n}\n'
breaks processor '' user/base/e21.c '/* a remark */ int e21 = R_RIP; /* another */\n' 'between remarks'
breaks processor '' user/base/e22.c 'int f(struct user_regs_struct *regs)\n{\n\treturn regs->cs;\n}\n'
breaks processor '' user/base/e23.c 'int ymm15;\n'

# --- licence
breaks licence '' user/base/f1.c "/* $other */\n" 'a second one'
breaks licence '' user/base/f2.c "\t/* $ours */\n" 'a second one, indented'
breaks licence '' user/base/f3.c "int f3; // $ours\n" 'behind code'
breaks licence '' user/base/f4.h "#ifndef F4\n#define F4\n * $other\n#endif\n" 'within a remark'
breaks licence '' tests/e2e/f5.sh "# $ours\n"
printf 'int none;\n' >"$tree/user/base/f6.c"
breaks licence '' user/base/f6.c '' 'none'
echo "/* $other */" >"$tree/user/base/f7.c"
breaks licence '' user/base/f7.c '' 'another licence'
printf '\n\n\n/* %s */\n' "$ours" >"$tree/user/base/f8.c"
breaks licence '' user/base/f8.c '' 'too far down'

# --- lengths
breaks lengths '' user/base/g1.c "$(function_of 71 $'int f(int a)\n')" '71 lines'
breaks lengths '' user/base/g2.c "$(function_of 71 $'int f(int a,\n      int b)\n')" '71 lines with a head of two'
breaks lengths '' user/base/g3.c "$(function_of 71 $'static __attribute__((noinline)) int\nf(int a)\n')"
breaks lengths '' user/base/g4.c "$(function_of 71 'int f(int a) ')" 'its brace behind the head'
breaks lengths '' bpf/g5.bpf.h "#ifndef G5\n#define G5\n$(function_of 71 $'int BPF_PROG(f, int a)\n')#endif\n"
breaks lengths '' user/base/g6.c "#define G6 \\\\\n$(lines 69 '\ta++; \\\n')\ta++;\n" 'a macro'
breaks lengths '' tests/e2e/g7.sh "$(function_of 71 'f() ')"
breaks lengths '' user/report/html/g8.js "$(function_of 71 'function f(a) ')"
breaks lengths '' user/bias/g9.py "def f(a):\n$(lines 70 '    a += 1\n')"
breaks lengths '' user/base/g10.c "int a;\n$(function_of 71 $'int f(int a)\n')"

# --- once
breaks once '' user/reader/g11.c 'int f(const struct tables *t, const struct acc_thread *s)\n{\n\treturn s->row < t->size.rows;\n}\n'
breaks once '' user/reader/g12.c 'int f(const struct tables *t)\n{\n\treturn t->edges[1].func >= t->size.funcs;\n}\n' 'an element'

# --- papers
breaks papers:paths user/base/h1.c ARCHITECTURE.md '`user/base/h1.c`\n'
breaks papers:paths user/base/h2.c ARCHITECTURE.md 'In plain words user/base/h2.c.\n' 'without quotes'
breaks papers:paths tests/h3 CONTRIBUTING.md '```sh\ntests/h3 -x\n```\n' 'in code'
breaks papers:paths bpf/h4.bpf.h README.md '`bpf/h4.bpf.h`\n'
breaks papers:paths tests/e2e/h5.sh SECURITY.md '`first tests/e2e/h5.sh then`\n' 'among other words'
breaks papers:paths build/tests/unit/test_h6 CONTRIBUTING.md '`build/tests/unit/test_h6`\n' 'what is built'
breaks papers:files h7.c ARCHITECTURE.md 'See `h7.c` there.\n' 'without a folder'
breaks papers:files h8.bpf.h CONTRIBUTING.md '`packed by h8.bpf.h`\n'
breaks papers:commands 'make h9' CONTRIBUTING.md 'Say `make h-nine`, or `sudo make V=1 h9`.\n' 'inline'
breaks papers:commands 'make h10' README.md '```sh\nmake deps\nVERSIONS=3.11 make -j2 h10 # so\n```\n' 'in code'
breaks papers:commands 'make h-nine' CONTRIBUTING.md ''
breaks papers:commands 'RING=h11' CONTRIBUTING.md '`make check RING=h11`\n'
breaks papers:commands 'T=h12' CONTRIBUTING.md '`make check RING=unit T=h12`\n'
breaks papers:options 'bpfprof h13' README.md '`bpfprof h13 -p PID`\n'
breaks papers:options 'option --h14' README.md '`bpfprof --h14 -p PID`\n'
breaks papers:options 'option --h15' SECURITY.md '`--h15`\n'
breaks papers:floors 'no user/extra' user/extra/a23.c ''

sed -i 's/^3\. `user/3. `user\/cli\/main.c` `user/' "$tree/ARCHITECTURE.md"
breaks papers:way 'twice through user/cli' ARCHITECTURE.md ''
sed -i '0,/^## /s//## 0.0./' "$tree/CHANGELOG.md"
breaks papers:version '## 0.0.' CHANGELOG.md ''

for one in "${!wanted[@]}"; do
	judge "$one"
done
