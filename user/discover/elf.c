/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ELF by libelf. Knows the note format of sys/sdt.h and how addresses become file offsets; must not
 * know Python, nor which file is looked at and why. */
#include "discover/elf.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "discover/interp.h"

#define NT_STAPSDT 3

/* Sections beyond this are not read, and a probe has no more sites than this: real ones are far
 * below, and a file made to exhaust us gets no further. */
#define SECTION_MAX (256u << 20)
#define SITES_MAX   64

struct elf {
	int fd;
	uint64_t size;
	Elf *elf;
};

/* Opens a regular file only: the path may come from the traced process, and a FIFO would block. */
static int open_regular(const char *path, uint64_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode)) {
		*size = st.st_size;
		return fd;
	}
	close(fd);
	errno = ENOEXEC;
	return -1;
}

static bool is_ours(Elf *elf)
{
	GElf_Ehdr eh;

	return elf && elf_kind(elf) == ELF_K_ELF && gelf_getclass(elf) == ELFCLASS64 &&
	       gelf_getehdr(elf, &eh) && eh.e_ident[EI_DATA] == ELFDATA2LSB &&
	       eh.e_machine == EM_X86_64;
}

struct elf *elf__open(const char *path)
{
	struct elf *e = xcalloc(1, sizeof(*e));

	elf_version(EV_CURRENT);
	e->fd = open_regular(path, &e->size);
	if (e->fd < 0) {
		free(e);
		return NULL;
	}
	/* read, not mapped: a file cut short meanwhile would end us with SIGBUS */
	e->elf = elf_begin(e->fd, ELF_C_READ, NULL);
	if (!is_ours(e->elf)) {
		elf__close(e);
		errno = ENOEXEC;
		return NULL;
	}
	return e;
}

void elf__close(struct elf *e)
{
	if (!e)
		return;
	elf_end(e->elf);
	close(e->fd);
	free(e);
}

/* --- sections -------------------------------------------------------------------------------- */

static Elf_Scn *next_section(struct elf *e, Elf_Scn *scn, uint32_t type, GElf_Shdr *sh)
{
	while ((scn = elf_nextscn(e->elf, scn))) {
		if (gelf_getshdr(scn, sh) && (!type || sh->sh_type == type))
			return scn;
	}
	return NULL;
}

static Elf_Data *section_data(Elf_Scn *scn)
{
	GElf_Shdr sh;
	Elf_Data *data;

	if (!scn || !gelf_getshdr(scn, &sh) || sh.sh_type == SHT_NOBITS || sh.sh_size > SECTION_MAX)
		return NULL;
	data = elf_getdata(scn, NULL);
	return data && data->d_buf ? data : NULL;
}

static Elf_Scn *section_named(struct elf *e, const char *name, GElf_Shdr *sh)
{
	size_t names;
	Elf_Scn *scn = NULL;

	if (elf_getshdrstrndx(e->elf, &names))
		return NULL;
	while ((scn = next_section(e, scn, 0, sh))) {
		const char *s = elf_strptr(e->elf, names, sh->sh_name);

		if (s && !strcmp(s, name))
			return scn;
	}
	return NULL;
}

const char *elf__section(struct elf *e, const char *name, size_t *size)
{
	GElf_Shdr sh;
	Elf_Data *data = section_data(section_named(e, name, &sh));

	if (!data)
		return NULL;
	*size = data->d_size;
	return data->d_buf;
}

/* --- symbols --------------------------------------------------------------------------------- */

/* The table is walked as it lies in memory: by gelf_getsym and elf_strptr the 40,000 symbols of a
 * CPython with debug information take milliseconds in which the target may stand still. */
static bool symbol_in(struct elf *e, uint32_t type, const char *name, Elf64_Sym *found)
{
	GElf_Shdr sh;
	Elf_Data *syms = section_data(next_section(e, NULL, type, &sh));
	Elf_Data *strs = syms ? section_data(elf_getscn(e->elf, sh.sh_link)) : NULL;
	size_t n = syms ? syms->d_size / sizeof(*found) : 0, len = strlen(name) + 1;

	if (!strs || strs->d_size < len)
		return false;
	for (size_t i = 0; i < n; i++) {
		memcpy(found, (char *)syms->d_buf + i * sizeof(*found), sizeof(*found));
		if (found->st_shndx != SHN_UNDEF && found->st_value &&
		    found->st_name <= strs->d_size - len &&
		    !memcmp((char *)strs->d_buf + found->st_name, name, len))
			return true;
	}
	return false;
}

bool elf__symbol(struct elf *e, enum elf_symbols where, const char *name, uint64_t *addr,
		 uint64_t *size)
{
	Elf64_Sym sym;

	if (!symbol_in(e, SHT_DYNSYM, name, &sym) &&
	    (where != ELF_ALL || !symbol_in(e, SHT_SYMTAB, name, &sym)))
		return false;
	*addr = sym.st_value;
	*size = sym.st_size;
	return true;
}

/* --- addresses ------------------------------------------------------------------------------- */

/* The file offset of an address in a loaded segment that has all of these flags, and how many bytes
 * of the file follow it there. 0: none (offset 0 is the ELF header, never what is asked for). */
static uint64_t offset_of(struct elf *e, uint64_t addr, uint32_t flags, uint64_t *left)
{
	size_t n = 0;

	if (elf_getphdrnum(e->elf, &n))
		return 0;
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr ph;
		uint64_t in;

		if (!gelf_getphdr(e->elf, i, &ph) || ph.p_type != PT_LOAD ||
		    (ph.p_flags & flags) != flags || addr < ph.p_vaddr)
			continue;
		in = addr - ph.p_vaddr;
		if (in >= ph.p_filesz || ph.p_offset > e->size || in >= e->size - ph.p_offset)
			continue;
		*left = ph.p_filesz - in;
		if (*left > e->size - ph.p_offset - in)
			*left = e->size - ph.p_offset - in;
		return ph.p_offset + in;
	}
	return 0;
}

bool elf__read(struct elf *e, uint64_t addr, void *buf, size_t size)
{
	uint64_t left, offset = offset_of(e, addr, PF_R, &left);

	return offset && size <= left && pread(e->fd, buf, size, offset) == (ssize_t)size;
}

bool elf__string(struct elf *e, uint64_t addr, char *buf, size_t size)
{
	uint64_t left, offset = offset_of(e, addr, PF_R, &left);
	ssize_t got = offset ? pread(e->fd, buf, size < left ? size : left, offset) : -1;

	return got > 0 && memchr(buf, '\0', got);
}

/* --- probes ---------------------------------------------------------------------------------- */

/* A stapsdt note's description: three addresses, then provider, name and arguments as C strings. */
struct stapsdt {
	uint64_t addrs[3]; /* the nop, .stapsdt.base when it was linked, the semaphore or 0 */
	const char *provider, *name, *args;
};

enum { STAPSDT_PC, STAPSDT_BASE, STAPSDT_SEMA };

static bool stapsdt_parse(const char *desc, size_t size, struct stapsdt *n)
{
	const char *at = desc + sizeof(n->addrs), *end = desc + size;
	const char **strings[] = {&n->provider, &n->name, &n->args};

	if (size < sizeof(n->addrs))
		return false;
	memcpy(n->addrs, desc, sizeof(n->addrs));
	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
		const char *nul = at < end ? memchr(at, 0, end - at) : NULL;

		if (!nul)
			return false;
		*strings[i] = at;
		at = nul + 1;
	}
	return true;
}

static void add_site(struct elf *e, const struct stapsdt *n, uint64_t base,
		     struct usdt_sites *sites)
{
	/* a prelinked file has moved since the note was written; .stapsdt.base moved with it */
	uint64_t moved = base ? base - n->addrs[STAPSDT_BASE] : 0;
	uint64_t left, offset = offset_of(e, n->addrs[STAPSDT_PC] + moved, PF_X, &left);
	uint64_t sema = n->addrs[STAPSDT_SEMA];
	struct usdt_site *site;

	if (!offset || sites->n >= SITES_MAX)
		return;
	site = ARR_PUSH(sites->v, sites->n);
	site->offset = offset;
	/* sdt.h puts it into .probes, writable and in the file: the kernel wants its offset there */
	site->sema_offset = sema ? offset_of(e, sema + moved, PF_W, &left) : 0;
	site->args = xstrdup(n->args);
}

static bool note_is(const Elf_Data *data, const GElf_Nhdr *nh, size_t name_at, size_t desc_at,
		    struct stapsdt *n)
{
	static const char owner[] = "stapsdt";

	return nh->n_type == NT_STAPSDT && nh->n_namesz == sizeof(owner) &&
	       !memcmp((char *)data->d_buf + name_at, owner, sizeof(owner)) &&
	       stapsdt_parse((char *)data->d_buf + desc_at, nh->n_descsz, n);
}

void elf__usdt(struct elf *e, const char *provider, const char *name, struct usdt_sites *sites)
{
	GElf_Shdr sh;
	uint64_t base = section_named(e, ".stapsdt.base", &sh) ? sh.sh_addr : 0;
	Elf_Data *data = section_data(section_named(e, ".note.stapsdt", &sh));
	size_t at = 0, name_at, desc_at;
	GElf_Nhdr nh;

	/* gelf_getnote returns only notes whose name and description lie inside the section */
	while (data && (at = gelf_getnote(data, at, &nh, &name_at, &desc_at))) {
		struct stapsdt n;

		if (note_is(data, &nh, name_at, desc_at, &n) && !strcmp(n.provider, provider) &&
		    !strcmp(n.name, name))
			add_site(e, &n, base, sites);
	}
}

/* --- the dynamic section --------------------------------------------------------------------- */

/* The first string of that tag that starts with prefix. */
static const char *dynamic_string(struct elf *e, int64_t tag, const char *prefix)
{
	GElf_Shdr sh;
	Elf_Data *data = section_data(next_section(e, NULL, SHT_DYNAMIC, &sh));
	size_t n = data ? data->d_size / sizeof(Elf64_Dyn) : 0;

	for (size_t i = 0; i < n; i++) {
		GElf_Dyn dyn;
		const char *s;

		if (!gelf_getdyn(data, i, &dyn) || dyn.d_tag != tag)
			continue;
		s = elf_strptr(e->elf, sh.sh_link, dyn.d_un.d_val);
		if (s && !strncmp(s, prefix, strlen(prefix)))
			return s;
	}
	return NULL;
}

const char *elf__needed(struct elf *e, const char *prefix)
{
	return dynamic_string(e, DT_NEEDED, prefix);
}

const char *elf__runpath(struct elf *e)
{
	const char *path = dynamic_string(e, DT_RUNPATH, "");

	return path ? path : dynamic_string(e, DT_RPATH, "");
}
