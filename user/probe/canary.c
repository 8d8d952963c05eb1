/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The canary site. Knows its own address and nothing of who listens. */
#include "probe/canary.h"

#include <link.h>

#include "arch/insn.h"

/* In assembly, so that each site is one and stays the first instruction. */
__asm__(".pushsection .text\n"
	".p2align 4\n"
	".globl bpfprof_canary1\n"
	".type bpfprof_canary1, @function\n"
	"bpfprof_canary1:\n"
	"	nop\n"
	"	ret\n"
	".size bpfprof_canary1, .-bpfprof_canary1\n"
	".p2align 4\n"
	".globl bpfprof_canary5\n"
	".type bpfprof_canary5, @function\n"
	"bpfprof_canary5:\n"
	"	.byte " INSN_TEXT(INSN_NOP5) "\n"
					     "	ret\n"
					     ".size bpfprof_canary5, .-bpfprof_canary5\n"
					     ".popsection\n");

void bpfprof_canary1(void);
void bpfprof_canary5(void);

static void (*const sites[])(void) = {
	[CANARY_NOP1] = bpfprof_canary1,
	[CANARY_NOP5] = bpfprof_canary5,
};

struct search {
	uintptr_t site;
	uint64_t offset;
};

/* The first object that dl_iterate_phdr names is the executable. */
static int find_offset(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct search *search = arg;
	uintptr_t site = search->site - info->dlpi_addr;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_LOAD && site - ph->p_vaddr < ph->p_filesz)
			search->offset = site - ph->p_vaddr + ph->p_offset;
	}
	return 1;
}

uint64_t canary__offset(enum canary kind)
{
	struct search search = {(uintptr_t)sites[kind], 0};

	dl_iterate_phdr(find_offset, &search);
	return search.offset;
}

void canary__fire(enum canary kind, unsigned int times)
{
	while (times--)
		sites[kind]();
}
