/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What we read of an ELF file: stapsdt notes, symbols, bytes at an address, what the dynamic linker
 * is asked for. The file belongs to the traced program: nothing in it is trusted, every length is
 * checked against what is there.
 */
#ifndef BPFPROF_ELF_H
#define BPFPROF_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf;
struct usdt_sites;

/* NULL with errno: ENOEXEC where it is no x86-64 ELF file. */
struct elf *elf__open(const char *path);
void elf__close(struct elf *e); /* accepts NULL */

/* Exported symbols live in .dynsym; .symtab may be large, is often stripped, and is only worth a
 * look in a file that is likely to be the one. */
enum elf_symbols { ELF_EXPORTED, ELF_ALL };

/* The address and size of a defined symbol; false: none. */
bool elf__symbol(struct elf *e, enum elf_symbols where, const char *name, uint64_t *addr,
		 uint64_t *size);
/* Copies size bytes at a virtual address; false where the file does not hold all of them. */
bool elf__read(struct elf *e, uint64_t addr, void *buf, size_t size);
/* The C string at a virtual address, the bytes before its end into buf; false where it has size
 * bytes or more. */
bool elf__string(struct elf *e, uint64_t addr, char *buf, size_t size);
/* Adds the sites of provider:name. */
void elf__usdt(struct elf *e, const char *provider, const char *name, struct usdt_sites *sites);
/* The first DT_NEEDED that starts with prefix; NULL: none. Valid until close. */
const char *elf__needed(struct elf *e, const char *prefix);
/* DT_RUNPATH, or else DT_RPATH, $ORIGIN not replaced; NULL: none. Valid until close. */
const char *elf__runpath(struct elf *e);
/* The bytes of the section of that name; NULL: none. Valid until close. */
const char *elf__section(struct elf *e, const char *name, size_t *size);

#endif
