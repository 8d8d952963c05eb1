/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What we read in another program's machine code: the few instructions that small functions consist
 * of, and how many bytes of a function can run elsewhere. Pure; anything not known is refused.
 */
#ifndef BPFPROF_CODE_H
#define BPFPROF_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a load's address comes from; the displacement is added. */
enum load_from {
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
	size_t size; /* of the instruction, in bytes */
};

/* Decodes the instruction at code, of which size bytes are known. */
bool code__load(const unsigned char *code, size_t size, struct load *l);
/* How many bytes an endbr64 and `push %rbp; mov %rsp,%rbp` take at code; 0: none of them. */
size_t code__prologue(const unsigned char *code, size_t size);
/* Whether `jmp *disp(%rax)` stands at code; its displacement. */
bool code__jump_loaded(const unsigned char *code, size_t size, int32_t *disp);
/* Whether the function asks __tls_get_addr for a place in the thread's memory and loads 8 bytes
 * from there into %rax. *index: where the two words that it asks with are, from code; *disp: how
 * far behind the answer it loads. */
bool code__asks_tls(const unsigned char *code, size_t size, int64_t *index, int32_t *disp);
/* Whether the function ends at code: `ret`, behind at most a `pop %rbp`. */
bool code__returns(const unsigned char *code, size_t size);

/* The length of the fewest whole instructions from the first on that take at least want bytes;
 * 0 where one of them is not among those that do the same at any other address: no branch, no
 * call, nothing that depends on %rip. */
size_t code__movable(const unsigned char *code, size_t size, size_t want);

#endif
