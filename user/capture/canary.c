/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The canary site. Knows its own address and nothing of who listens. */
#include "capture/canary.h"

#include <link.h>

/* In assembly, so that the site is one and stays the first instruction. */
__asm__(".pushsection .text\n"
	".p2align 4\n"
	".globl bpfprof_canary\n"
	".type bpfprof_canary, @function\n"
	"bpfprof_canary:\n"
	"	nop\n"
	"	ret\n"
	".size bpfprof_canary, .-bpfprof_canary\n"
	".popsection\n");

void bpfprof_canary(void);

/* The first object that dl_iterate_phdr names is the executable. */
static int find_offset(struct dl_phdr_info *info, size_t size, void *offset)
{
	uintptr_t site = (uintptr_t)bpfprof_canary - info->dlpi_addr;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_LOAD && site - ph->p_vaddr < ph->p_filesz)
			*(uint64_t *)offset = site - ph->p_vaddr + ph->p_offset;
	}
	return 1;
}

uint64_t canary__offset(void)
{
	uint64_t offset = 0;

	dl_iterate_phdr(find_offset, &offset);
	return offset;
}

void canary__fire(unsigned int times)
{
	while (times--)
		bpfprof_canary();
}
