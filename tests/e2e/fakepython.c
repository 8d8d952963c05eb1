/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What bpfprof takes for CPython 3.9 with probes, but without any interpreter's frame in a
 * register: a build that no table of ours foresaw. alpha calls beta three times. */
#include <stdio.h>

const unsigned long Py_Version = 0x030902f0;

void _PyEval_EvalFrameDefault(void);
void _PyEval_EvalFrameDefault(void)
{
}

/* written at run time: a page of strings that nobody has read yet is not there for BPF to read */
static char file[] = "fake.py", alpha[] = "alpha", beta[] = "beta";

#define PROBE(name)                                                                                \
	__asm__ volatile("990: nop\n"                                                              \
			 ".pushsection .note.stapsdt, \"\", \"note\"\n"                            \
			 ".balign 4\n"                                                             \
			 ".4byte 992f-991f, 994f-993f, 3\n"                                        \
			 "991: .asciz \"stapsdt\"\n"                                               \
			 "992: .balign 4\n"                                                        \
			 "993: .8byte 990b, 0, 0\n"                                                \
			 ".asciz \"python\"\n"                                                     \
			 ".asciz \"function__" name "\"\n"                                         \
			 ".asciz \"8@%%rdi 8@%%rsi -4@%%edx\"\n"                                   \
			 "994: .balign 4\n"                                                        \
			 ".popsection\n"                                                           \
			 :                                                                         \
			 : "D"(file), "S"(func), "d"(line))

static __attribute__((noinline)) void entry(const char *func, int line)
{
	PROBE("entry");
}

static __attribute__((noinline)) void leave(const char *func, int line)
{
	PROBE("return");
}

int main(void)
{
	file[0] = 'f';
	alpha[0] = 'a';
	beta[0] = 'b';
	entry(alpha, 1);
	for (int i = 0; i < 3; i++) {
		entry(beta, 5);
		leave(beta, 5);
	}
	leave(alpha, 1);
	return 0;
}
