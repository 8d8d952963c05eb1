/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Instructions read in other programs' code: those of real builds, and those that must be refused.
 */
#include "unit/test.h"

#include "arch/code.h"
#include "arch/insn.h"
#include "arch/regs.h"

#define MOVABLE(bytes, want) code__movable((const unsigned char *)(bytes), sizeof(bytes) - 1, want)

TEST(movable_beginnings_of_real_functions)
{
	/* PyTraceBack_Here in Debian's 3.11.2, pyenv's 3.11.7, 3.12.1, 3.13.0, a clang build,
	 * Debian's 3.13, 3.14 and 3.15 */
	CHECK(MOVABLE("\x41\x57\x66\x0f\xef\xc0\x41\x56\x41\x55", 5) == 6);
	CHECK(MOVABLE("\x53\x48\x89\xfb\x48\x83\xec\x20\x48\x8d", 5) == 8);
	CHECK(MOVABLE("\x41\x54\x55\x53\x48\x89\xfb\xe8\x44\x98", 5) == 7);
	CHECK(MOVABLE("\x41\x56\x41\x55\x41\x54\x49\x89\xfc\x55", 5) == 6);
	CHECK(MOVABLE("\x55\x41\x57\x41\x56\x41\x54\x53", 5) == 5);
	CHECK(MOVABLE("\xf3\x0f\x1e\xfa\x48\x83\xec\x68\x48\x8b\x47\x18", 5) == 8);
	CHECK(MOVABLE("\xf3\x0f\x1e\xfa\x55\x49\x89\xfa\x48\x89\xe5", 5) == 5);
	CHECK(MOVABLE("\xf3\x0f\x1e\xfa\x55\x48\x89\xe5", 6) == 8);
}

TEST(movable_instructions)
{
	CHECK(MOVABLE("\x48\x81\xec\x28\x01\x00\x00", 5) == 7);	    /* sub $0x128,%rsp */
	CHECK(MOVABLE("\x31\xc0\x45\x31\xe4", 5) == 5);		    /* xor %eax,%eax; %r12d */
	CHECK(MOVABLE("\x0f\x57\xc0\x89\xf8", 5) == 5);		    /* xorps; mov %edi,%eax */
	CHECK(MOVABLE("\x66\x45\x0f\xef\xc0", 5) == 5);		    /* pxor %xmm8,%xmm8 */
	CHECK(MOVABLE("\x48\x8d\x74\x24\x10", 5) == 5);		    /* lea 0x10(%rsp),%rsi */
	CHECK(MOVABLE("\x4c\x8d\x84\x24\x00\x01\x00\x00", 5) == 8); /* lea 0x100(%rsp),%r8 */
	CHECK(MOVABLE("\x48\x8d\x04\x24\x50", 5) == 5);		    /* lea (%rsp),%rax; push */
	CHECK(MOVABLE("", 0) == 0);
}

TEST(what_cannot_move_is_refused)
{
	CHECK(!MOVABLE("\x48\x8b\x05\x10\x00\x00\x00", 5)); /* mov 0x10(%rip),%rax */
	CHECK(!MOVABLE("\x48\x8d\x3d\xb9\xe3\x41\x00", 5)); /* lea x(%rip),%rdi */
	CHECK(!MOVABLE("\x48\x8d\x05\x24\x00\x00\x00",
		       5));				/* the same, its first byte like a SIB */
	CHECK(!MOVABLE("\x48\x8d\x44\x25\x10", 5));	/* lea 0x10(%rbp,..),%rax */
	CHECK(!MOVABLE("\xe9\x00\x00\x00\x00", 5));	/* jmp: another profiler was first */
	CHECK(!MOVABLE("\xe8\x00\x00\x00\x00", 5));	/* call */
	CHECK(!MOVABLE("\xff\x25\x00\x00\x00\x00", 5)); /* jmp *x(%rip) */
	CHECK(!MOVABLE("\x53\xeb\x03\x90\x90", 5));	/* push; jmp */
	CHECK(!MOVABLE("\x55\x74\x03\x55\x55", 5));	/* push; je */
	CHECK(!MOVABLE("\x55\x0f\x84\x00\x00\x00\x00", 5)); /* push; je, long */
	CHECK(!MOVABLE("\xcc\x41\x57\x41\x56", 5));	    /* a breakpoint */
	CHECK(!MOVABLE("\xf3\x0f\x1e\xfa\xcc", 5));	    /* and one behind an endbr64 */
	CHECK(!MOVABLE("\xf3\x0f\x1e\xfb\x55", 5));	    /* endbr32 */
	CHECK(!MOVABLE("\xc3\x90\x90\x90\x90", 5));	    /* ret */
	CHECK(!MOVABLE("\x48\x83\xc4\x08\x90", 5));	    /* add $8,%rsp */
	CHECK(!MOVABLE("\x83\xec\x08\x90\x90", 5));	    /* sub $8,%esp */
	CHECK(!MOVABLE("\x49\x83\xec\x08\x90", 5));	    /* sub $8,%r12 */
	CHECK(!MOVABLE("\x31\xc8\x31\xc0\x90", 5));	    /* xor %ecx,%eax clears nothing */
	CHECK(!MOVABLE("\x41\x31\xc0\x31\xc0", 5));	    /* nor does xor %eax,%r8d */
	CHECK(!MOVABLE("\x66\x53\x66\x53\x90", 5));	    /* push of 16 bits */
	CHECK(!MOVABLE("\x66\x66\x48\xe8\x00\x00\x00\x00", 5));
	CHECK(!MOVABLE("\x40\x48\x89\xfb\x55", 5)); /* two REX */
	CHECK(!MOVABLE("\x8f\xe9\x00\x00\x00", 5)); /* pop to memory, or XOP */
	CHECK(!MOVABLE("\xc5\xf9\xef\xc0\x55", 5)); /* VEX */
	CHECK(!MOVABLE("\x62\xf1\x7d\x08\xef", 5)); /* EVEX */
}

TEST(a_cut_instruction_is_refused)
{
	static const unsigned char sub[] = {0x55, 0x48, 0x81, 0xec, 0x28, 0x01, 0x00, 0x00};

	for (size_t size = 0; size < sizeof(sub); size++)
		CHECK(!code__movable(sub, size, 5));
	CHECK(code__movable(sub, sizeof(sub), 5) == 8);
}

#define LOAD(bytes, l) code__load((const unsigned char *)(bytes), sizeof(bytes) - 1, 0x1000, l)

TEST(loads)
{
	struct load l = {0};

	CHECK(LOAD("\x48\x8b\x47\x10", &l) && l.from == LOAD_ARGUMENT && l.disp == 16 &&
	      l.size == 4);
	CHECK(LOAD("\x48\x8b\x07", &l) && l.from == LOAD_ARGUMENT && !l.disp && l.size == 3);
	CHECK(LOAD("\x48\x8b\x80\x40\x02\0\0", &l) && l.from == LOAD_LOADED && l.disp == 0x240);
	CHECK(LOAD("\x48\x8b\x05\xb9\xe3\x41\0", &l) && l.from == LOAD_NEAR && l.size == 7 &&
	      l.target == 0x1007 + 0x41e3b9);
	CHECK(LOAD("\x64\x48\x8b\x04\x25\xe8\xff\xff\xff", &l) && l.from == LOAD_THREADS &&
	      l.disp == -24 && l.size == 9);
	CHECK(LOAD("\x64\x48\x8b\x00", &l) && l.from == LOAD_THREADS_LOADED && l.size == 4);
	CHECK(!LOAD("\x48\x8b\x05\xb9\xe3", &l));	  /* cut */
	CHECK(!LOAD("\x48\x8b\x44\x24\x08", &l));	  /* of the stack */
	CHECK(!LOAD("\x48\x89\x47\x10", &l));		  /* a store */
	CHECK(!LOAD("\x8b\x47\x10\x90", &l));		  /* 4 bytes */
	CHECK(!LOAD("\x65\x48\x8b\x00", &l));		  /* of %gs */
	CHECK(!LOAD("\x64\x48\x8b\x0c\x25\0\0\0\0", &l)); /* to %rcx */
}

#define ASKS(bytes) code__asks_tls((const unsigned char *)(bytes), sizeof(bytes) - 1, &index, &disp)

TEST(thread_memory)
{
	int64_t index;
	int32_t disp;

	/* as gcc writes it, for one variable and for several */
	CHECK(ASKS("\x48\x83\xec\x08\x66\x48\x8d\x3d\xf4\xc9\x26\x00\x66\x66\x48\xe8\xdc\x10\xe3"
		   "\xff"
		   "\x48\x8b\x00\x48\x83\xc4\x08\xc3") &&
	      index == 0x26ca00 && !disp);
	CHECK(ASKS("\xf3\x0f\x1e\xfa\x55\x48\x89\xe5\x48\x8d\x3d\xa1\x52\x4a\x00\xe8\x7c\xe9\xcf"
		   "\xff"
		   "\x5d\x48\x8b\x80\x08\x00\x00\x00\xc3") &&
	      index == 0x4a52b0 && disp == 8);
	/* without a procedure linkage table */
	CHECK(ASKS("\x66\x48\x8d\x3d\xf0\xff\xff\xff\x66\x48\xff\x15\0\0\0\0\x48\x8b\x40\x10") &&
	      index == -8 && disp == 16);
	CHECK(!ASKS("\x48\x8d\x3d\xa1\x52\x4a\x00\xe8\x7c\xe9\xcf")); /* cut */
	CHECK(!ASKS("\x48\x8d\x3d\xa1\x52\x4a"));
	CHECK(!ASKS("\x48\x8d\x3d\xa1\x52\x4a\x00\xe8\x7c\xe9\xcf\xff\xc3\x90\x90")); /* no load */
	CHECK(!ASKS("\x48\x8d\x35\xa1\x52\x4a\x00\xe8\x7c\xe9\xcf\xff\x48\x8b\x00"));
}

#define BELOW(bytes) code__loads_below((const unsigned char *)(bytes), sizeof(bytes) - 1)

TEST(loads_from_below_a_register)
{
	CHECK(BELOW("\x48\x8b\x7b\xf8\x90") == 1);     /* mov -8(%rbx),%rdi */
	CHECK(BELOW("\x4c\x8b\x75\xf8\x90") == 2);     /* mov -8(%rbp),%r14 */
	CHECK(BELOW("\x49\x8b\x44\x24\xf8\x90") == 3); /* mov -8(%r12),%rax */
	CHECK(BELOW("\x4d\x8b\x75\xf8\x90") == 4);     /* mov -8(%r13),%r14 */
	CHECK(BELOW("\x49\x8b\x4f\xf8\x90") == 6);     /* mov -8(%r15),%rcx */
	CHECK(!BELOW("\x48\x8b\x44\x24\xf8\x90"));     /* %rsp */
	CHECK(!BELOW("\x48\x8b\x47\xf8\x90"));	       /* %rdi, which a call does not keep */
	CHECK(!BELOW("\x48\x8b\x7b\xf0\x90"));	       /* -16 */
	CHECK(!BELOW("\x48\x8d\x7b\xf8\x90"));	       /* lea */
	CHECK(!BELOW("\x48\x8b\x7b\xf8"));
}

TEST(beginnings_and_ends)
{
	int32_t disp;

	CHECK(code__prologue((const unsigned char *)"\xf3\x0f\x1e\xfa\x55\x48\x89\xe5", 8) == 8);
	CHECK(code__prologue((const unsigned char *)"\x55\x48\x89\xe5", 4) == 4);
	CHECK(code__prologue((const unsigned char *)"\x55\x48\x89", 3) == 0);
	CHECK(code__returns((const unsigned char *)"\xc3", 1));
	CHECK(code__returns((const unsigned char *)"\x5d\xc3", 2));
	CHECK(!code__returns((const unsigned char *)"\x5d", 1));
	CHECK(!code__returns((const unsigned char *)"\x90\xc3", 2));
	CHECK(!code__returns((const unsigned char *)"", 0));

	CHECK(code__jump_loaded((const unsigned char *)"\xff\xa0\x38\x02\0\0", 6, &disp) &&
	      disp == 0x238);
	CHECK(code__jump_loaded((const unsigned char *)"\xff\x60\xf8\0\0\0", 6, &disp) &&
	      disp == -8);
	CHECK(!code__jump_loaded((const unsigned char *)"\xff\xa0\x38\x02\0", 5, &disp));
	CHECK(!code__jump_loaded((const unsigned char *)"\xff\xe0\0\0\0\0", 6, &disp));
}

TEST(probe_arguments)
{
	CHECK(usdt_arg__reg("8@%r12 8@%rbx -4@%eax", 0) == ACC_REG_R12);
	CHECK(usdt_arg__reg("8@%r12 8@%rbx -4@%eax", 1) == ACC_REG_RBX);
	CHECK(usdt_arg__reg("8@%r12 8@%rbx -4@%eax", 2) == ACC_REG_RAX);
	CHECK(usdt_arg__reg("8@%r12d 4@%rbx -4@%r9d", 0) == ACC_REG_UNKNOWN);
	CHECK(usdt_arg__reg("8@%r12d 4@%rbx -4@%r9d", 1) == ACC_REG_UNKNOWN);
	CHECK(usdt_arg__reg("8@%r12d 4@%rbx -4@%r9d", 2) == ACC_REG_R9);
	CHECK(usdt_arg__reg("-4@$5 8@foo", 0) == ACC_REG_UNKNOWN);
	CHECK(usdt_arg__reg("8@%r12 8@%rbx -4@%eax", 3) == ACC_REG_UNKNOWN);
	CHECK(usdt_arg__reg("8@-40(%rbp) 8@%r99", 0) == ACC_REG_UNKNOWN);
	CHECK(usdt_arg__reg("8@-40(%rbp) 8@%r99", 1) == ACC_REG_UNKNOWN);
	CHECK(usdt_arg__reg("", 0) == ACC_REG_UNKNOWN);
}

TEST(jumps_lead_where_they_were_to)
{
	unsigned char code[INSN_JUMP_BYTES];
	struct {
		unsigned char code[8];
		uint64_t word;
	} there;
	uint64_t target = 0;
	int32_t distance;

	code__put_jump(code, 0x401000, 0x7f0000);
	CHECK(code__jump(code, 0x401000, &target) && target == 0x7f0000);
	code__put_jump(code, 0x401000, 0x400000);
	CHECK(code__jump(code, 0x401000, &target) && target == 0x400000);
	code__put_nops(code, sizeof(code));
	CHECK(!code__jump(code, 0x401000, &target));
	code__put_jump_by(there.code, &there.word);
	memcpy(&distance, there.code + 2, sizeof(distance));
	CHECK(6 + distance == offsetof(__typeof__(there), word));
}

TEST(calls_are_found)
{
	static const unsigned char code[] = {0x90, 0x90, 0xe8, 0xf9, 0x0f, 0x00, 0x00, 0xc3};

	CHECK(code__calls(code, sizeof(code), 0x1000, 0x2000));
	CHECK(!code__calls(code, sizeof(code), 0x1000, 0x2001));
	CHECK(!code__calls(code, 6, 0x1000, 0x2000));
}
