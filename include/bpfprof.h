/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bpfprof.h: named blocks in a C or C++ program, for a profiler that watches from outside.
 *
 *     #include <bpfprof.h>
 *
 *     bpfprof_track_name(1, "DB");
 *     {
 *             BPFPROF_BLOCK(1, "query");      // until the end of the enclosing braces
 *             ...
 *     }
 *
 * Link with -lbpfprof (pkg-config bpfprof). A block that nobody watches costs two calls of an empty
 * function. Needs C11 or C++11, gcc or clang, x86-64 or aarch64, ELF. Nothing here takes a lock,
 * allocates, makes a system call or sets errno: all of it may be used in every thread and in signal
 * handlers.
 *
 * WHAT A PROFILER SEES
 *
 *   bpfprof_block_begin(const struct bpfprof_block *)
 *   bpfprof_block_end(const struct bpfprof_block *)
 *
 * are functions of no effect: a nop of 5 bytes (0f 1f 44 00 00), a nop of 1 byte (90), a return.
 * A uprobe on the symbol is a call instead of a trap on Linux 6.18 and later; before that the
 * cheapest place is the symbol + 5. The argument is in %rdi at either. (On aarch64 both are the
 * same nop of 4 bytes, and the argument is in x0, which the note calls "8@x0".) The library has for
 * each a stapsdt note, so that they are found in stripped executables as well: provider "bpfprof",
 * names "block__begin" and "block__end", location the 1-byte nop, one argument "8@%rdi".
 *
 * WHAT A PROFILER MAY WRITE
 *
 *   struct bpfprof_control bpfprof_control
 *
 * is looked at before every marker, so that what is switched off pays no trap. It is exported, and
 * found without symbols by an ELF note in an allocated section .note.bpfprof (thus in a PT_NOTE
 * segment too): owner "bpfprof", type BPFPROF_NOTE_CONTROL, description 8 bytes, which are the
 * signed distance from the description itself to the object. Fields are little-endian; writers
 * check magic and bytes first. A process may have several (a Python program with the bpfprof
 * package and a C library that uses this header): each is its own.
 */
#ifndef BPFPROF_H
#define BPFPROF_H

#define BPFPROF_TRACKS	      1024		 /* tracks are 0 .. BPFPROF_TRACKS - 1 */
#define BPFPROF_CONTROL_MAGIC 0x31746e6f63667062 /* "bpfcont1" */
#define BPFPROF_CONTROL_BYTES 9240
#define BPFPROF_NOTE_CONTROL  1

#ifndef __ASSEMBLER__

#if !(defined(__x86_64__) || defined(__aarch64__)) || !defined(__ELF__)
#error "bpfprof.h: x86-64 or aarch64, ELF only"
#endif

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One call site. Static, constant, and there for as long as the process: profilers keep the
 * address as its identity. Strings are UTF-8. */
struct bpfprof_block {
	uint32_t track;
	uint32_t line;	   /* 0: not known */
	const char *name;  /* never NULL */
	const char *file;  /* NULL: not known */
	const char *group; /* the name of a Profiler in Python; NULL from C */
};

struct bpfprof_control {
	uint64_t magic;				    /* BPFPROF_CONTROL_MAGIC */
	uint32_t bytes;				    /* size of this structure */
	volatile uint32_t off;			    /* not 0: no block at all begins */
	volatile uint32_t clears;		    /* raised: in-process figures are dropped */
	uint32_t reserved;			    /* 0 */
	volatile uint8_t track_off[BPFPROF_TRACKS]; /* not 0: no block of that track begins */
	const char *track_name[BPFPROF_TRACKS];	    /* UTF-8; NULL: it has none */
};

extern struct bpfprof_control bpfprof_control;

/* The markers. Call them through what is below, so that begin and end stay balanced. */
void bpfprof_block_begin(const struct bpfprof_block *block);
void bpfprof_block_end(const struct bpfprof_block *block);

/*
 * The address is taken from the GOT by hand: otherwise a compiler may have an executable keep a
 * copy of a shared library's object, and the note would lead to the one that nobody reads.
 */
static inline struct bpfprof_control *bpfprof_control_get(void)
{
	struct bpfprof_control *control;

#ifdef __x86_64__
	__asm__("movq bpfprof_control@GOTPCREL(%%rip), %0" : "=r"(control));
#else
	__asm__("adrp %0, :got:bpfprof_control\n\tldr %0, [%0, :got_lo12:bpfprof_control]"
		: "=r"(control));
#endif
	return control;
}

/* Names a track, for the whole process. name must stay; NULL takes it away. */
static inline void bpfprof_track_name(uint32_t track, const char *name)
{
	if (track < BPFPROF_TRACKS)
		__atomic_store_n(&bpfprof_control_get()->track_name[track], name, __ATOMIC_RELEASE);
}

/* Whether a block of the track begins now. */
static inline int bpfprof_is_on(uint32_t track)
{
	const struct bpfprof_control *control = bpfprof_control_get();

	return !(control->off | control->track_off[track % BPFPROF_TRACKS]);
}

/*
 * Begin and end of a block that is not one of C's. Give the end what the begin returned: it says
 * whether the marker was called, so that a block that is switched while it is open stays balanced.
 * The blocks of one thread must nest.
 */
static inline int bpfprof_begin(const struct bpfprof_block *block)
{
	if (!bpfprof_is_on(block->track))
		return 0;
	bpfprof_block_begin(block);
	return 1;
}

static inline void bpfprof_end(const struct bpfprof_block *block, int begun)
{
	if (begun)
		bpfprof_block_end(block);
}

/* A track out of range does not compile. */
#define BPFPROF_TRACK(track)                                                                       \
	((uint32_t)(track) +                                                                       \
	 0 * (uint32_t)sizeof(char[(uint64_t)(track) < BPFPROF_TRACKS ? 1 : -1]))

/* Defines the call site `id` for bpfprof_begin and bpfprof_end. track is a constant expression,
 * name a string literal. */
#define BPFPROF_SITE(id, track, name)                                                              \
	static const struct bpfprof_block id = {BPFPROF_TRACK(track), __LINE__, (name), __FILE__, 0}

#ifdef __cplusplus
}

struct bpfprof_scope {
	const bpfprof_block *block;
	int begun;
	explicit bpfprof_scope(const bpfprof_block *b) : block(b), begun(bpfprof_begin(b))
	{
	}
	~bpfprof_scope()
	{
		bpfprof_end(block, begun);
	}
	bpfprof_scope(const bpfprof_scope &) = delete;
	bpfprof_scope &operator=(const bpfprof_scope &) = delete;
};
#define BPFPROF_SCOPE(id, site) const bpfprof_scope id(&site)
#else
struct bpfprof_scope {
	const struct bpfprof_block *block;
	int begun;
};

static inline void bpfprof_scope_end(const struct bpfprof_scope *scope)
{
	bpfprof_end(scope->block, scope->begun);
}
#define BPFPROF_SCOPE(id, site)                                                                    \
	const struct bpfprof_scope id __attribute__((cleanup(bpfprof_scope_end), unused)) = {      \
		&site, bpfprof_begin(&site)}
#endif

#define BPFPROF_JOIN2(a, b) a##b
#define BPFPROF_JOIN(a, b)  BPFPROF_JOIN2(a, b)
#define BPFPROF_BLOCK_AT(track, name, n)                                                           \
	BPFPROF_SITE(BPFPROF_JOIN(bpfprof_site_, n), track, name);                                 \
	BPFPROF_SCOPE(BPFPROF_JOIN(bpfprof_scope_, n), BPFPROF_JOIN(bpfprof_site_, n))

/* A block from here to the end of the enclosing braces, however they are left (longjmp aside). It
 * declares: it cannot be the sole statement of an if. */
#define BPFPROF_BLOCK(track, name) BPFPROF_BLOCK_AT(track, name, __COUNTER__)

#endif
#endif
