/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What we read in another program's machine code: the few instructions that small functions consist
 * of, and how many bytes of a function can run elsewhere; and what we write there. Pure; anything
 * not known is refused. Registers are named as they are on x86-64; other processors have theirs.
 */
#ifndef BPFPROF_CODE_H
#define BPFPROF_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a load's address comes from; the displacement is added. */
enum load_from {
	LOAD_NONE,	     /* there was no load */
	LOAD_ARGUMENT,	     /* the function's first argument: mov disp(%rdi),%rax */
	LOAD_LOADED,	     /* what the load before has read: mov disp(%rax),%rax */
	LOAD_NEAR,	     /* the end of the instruction: mov disp(%rip),%rax */
	LOAD_THREADS,	     /* the thread's own memory: mov %fs:disp,%rax */
	LOAD_THREADS_LOADED, /* the same and what the load before has read: mov %fs:(%rax),%rax */
};

/* One instruction that loads 8 bytes into %rax. */
struct load {
	enum load_from from;
	int32_t disp;
	uint64_t target; /* LOAD_NEAR: the address that is read */
	size_t size;	 /* of the instruction, in bytes */
};

/* Decodes the instruction at code, of which size bytes are known and which is at addr. *l: the load
 * before, or zeroes; then this one. */
bool code__load(const unsigned char *code, size_t size, uint64_t addr, struct load *l);
/* How many bytes an endbr64 and `push %rbp; mov %rsp,%rbp` take at code; 0: none of them. */
size_t code__prologue(const unsigned char *code, size_t size);
/* Whether `jmp *disp(%rax)` stands at code; its displacement. */
bool code__jump_loaded(const unsigned char *code, size_t size, int32_t *disp);
/* Whether the function asks __tls_get_addr for a place in the thread's memory and loads 8 bytes
 * from there into %rax. *index: where the two words that it asks with are, from code; *disp: how
 * far behind the answer it loads. */
bool code__asks_tls(const unsigned char *code, size_t size, int64_t *index, int32_t *disp);
/* Which register has the address that the first instruction loads 8 bytes from just below, 1 for
 * the first of those that a call keeps, as yield_kept of the stub has them; 0: it is no such load,
 * or another register. */
unsigned int code__loads_below(const unsigned char *code, size_t size);
/* Whether the function ends at code: `ret`, behind at most a `pop %rbp`. */
bool code__returns(const unsigned char *code, size_t size);

/* The length of the fewest whole instructions from the first on that take at least want bytes;
 * 0 where one of them is not among those that do the same at any other address: no branch, no
 * call, nothing that depends on %rip. */
size_t code__movable(const unsigned char *code, size_t size, size_t want);

/* Whether code, which is at addr, calls the function at target. */
bool code__calls(const unsigned char *code, size_t size, uint64_t addr, uint64_t target);
/* Whether what begins with these CODE_PROBED_BYTES bytes is where the kernel has put a probe. */
bool code__is_probed(const unsigned char *code);
#define CODE_PROBED_BYTES 4

/* Whether a function names none of the registers that a trampoline which leads from one of its
 * instructions to another has to itself. Where a processor jumps without any, every function does.
 */
bool code__leaves_scratch(const unsigned char *code, size_t size);

/* Writes a jump of INSN_JUMP_BYTES from addr, where to will stand, to target. */
void code__put_jump(unsigned char *to, uint64_t addr, uint64_t target);
/* Whether such a jump stands at code, which is at addr; where it leads. */
bool code__jump(const unsigned char *code, uint64_t addr, uint64_t *target);
/* Writes a jump to where the word says that will be as far from to as word is. */
void code__put_jump_by(unsigned char *to, const void *word);
/* Fills size bytes with instructions that do nothing. */
void code__put_nops(unsigned char *to, size_t size);

#endif
