/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What we read of an ELF file: stapsdt notes, symbols, bytes at an address. Nothing is trusted: it
 * is copied, and no section or segment of more than 256 MiB is. */
#ifndef BPFPROF_ELF_H
#define BPFPROF_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf;

/* One stapsdt note, addresses as file offsets so that they can be given to the kernel. */
struct usdt_site {
	uint64_t offset;      /* file offset of the probe's nop */
	uint64_t sema_offset; /* file offset of its semaphore; 0: none */
	char *args;	      /* "8@%r12 8@%rbx -4@%eax" */
};

struct usdt_sites {
	struct usdt_site *v;
	size_t n;
};

struct elf *elf__open(const char *path); /* NULL with errno: ENOEXEC where it is no 64-bit ELF */
struct elf *elf__of_memory(void *image, size_t size); /* an image that the caller keeps */
void elf__close(struct elf *e);			      /* accepts NULL */

/* What tells a file from others, and from what it was before it was written to. */
struct elf_identity {
	uint64_t dev, ino, size, changed_ns;
};

/* All 0 where it is an image. */
struct elf_identity elf__identity(const struct elf *e);

/* The address of a symbol of .dynsym, or else .symtab; false: none. */
bool elf__symbol(struct elf *e, const char *name, uint64_t *addr, uint64_t *size);
/* Copies size bytes at a virtual address; false where the file does not hold them. */
bool elf__read(struct elf *e, uint64_t addr, void *buf, size_t size);
/* The same as the dynamic linker leaves them, less the load address: with the addresses filled in
 * that depend on nothing else (ARCH_RELATIVE). */
bool elf__load(struct elf *e, uint64_t addr, void *buf, size_t size);

/* What the n-th (from 0) loaded segment has of the file. False: there are no more, or the file is
 * cut short or hostile. */
struct elf_segment {
	uint64_t addr, size;
	bool executable;
};
bool elf__segment(struct elf *e, size_t n, struct elf_segment *segment);

/* Offset in the file of a virtual address; 0: not in it. */
uint64_t elf__offset(struct elf *e, uint64_t addr);
/* The other way; 0: no segment holds it. */
uint64_t elf__address(struct elf *e, uint64_t offset);
/* Adds the sites of provider:name. */
void elf__usdt(struct elf *e, const char *provider, const char *name, struct usdt_sites *sites);
/* The first libpython in DT_NEEDED; NULL: none. Valid until close. */
const char *elf__needed_libpython(struct elf *e);
/* DT_SONAME; NULL: none. Valid until close. */
const char *elf__soname(struct elf *e);
/* The n-th (from 0) bytes of the section of that name; NULL: none. */
const void *elf__section(struct elf *e, const char *name, size_t *size, uint64_t *addr);

#endif
