/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ELF by libelf. Knows the note format of sdt.h; no Python. */
#include "process/elf.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arch/names.h"
#include "base/mem.h"

/* More than any real file has, and little enough to be read. */
#define SECTION_MAX (256ull << 20)

struct elf {
	int fd;
	uint64_t size; /* of the file, when it was opened */
	struct elf_identity identity;
	Elf *elf;
};

/* What libelf has made, or NULL: there is none. Want of memory is no reason for none. */
static void *made(void *by_libelf)
{
	if (!by_libelf && errno == ENOMEM)
		mem__refused();
	return by_libelf;
}

static struct elf *checked(struct elf *e)
{
	if (made(e->elf) && elf_kind(e->elf) == ELF_K_ELF && gelf_getclass(e->elf) == ELFCLASS64)
		return e;
	elf__close(e);
	errno = ENOEXEC;
	return NULL;
}

/* It counts its sections and segments in its header, where there is not room for many: elsewhere it
 * could have billions. */
static bool counts_plainly(const Elf64_Ehdr *h)
{
	return h->e_phnum != PN_XNUM && (h->e_shnum || !h->e_shoff);
}

/* A regular file that does. */
static bool is_plain(struct elf *e)
{
	struct stat st;
	Elf64_Ehdr h;

	if (fstat(e->fd, &st) || !S_ISREG(st.st_mode) ||
	    pread(e->fd, &h, sizeof(h), 0) != sizeof(h))
		return false;
	e->size = st.st_size;
	e->identity = (struct elf_identity){st.st_dev, st.st_ino, st.st_size,
					    st.st_ctim.tv_sec * 1000000000ull +
						    (uint64_t)st.st_ctim.tv_nsec};
	return counts_plainly(&h);
}

/* By read() and not by a mapping: the file is somebody else's, who may cut it short meanwhile. */
struct elf *elf__open(const char *path)
{
	struct elf *e = xcalloc(1, sizeof(*e));

	elf_version(EV_CURRENT);
	errno = 0;
	e->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (e->fd < 0) {
		free(e);
		return NULL;
	}
	if (is_plain(e))
		e->elf = elf_begin(e->fd, ELF_C_READ, NULL);
	return checked(e);
}

struct elf *elf__of_memory(void *image, size_t size)
{
	struct elf *e = xcalloc(1, sizeof(*e));

	elf_version(EV_CURRENT);
	errno = 0;
	e->fd = -1;
	e->size = size;
	if (size >= sizeof(Elf64_Ehdr) && counts_plainly(image))
		e->elf = elf_memory(image, size);
	return checked(e);
}

struct elf_identity elf__identity(const struct elf *e)
{
	return e->identity;
}

void elf__close(struct elf *e)
{
	if (!e)
		return;
	elf_end(e->elf);
	if (e->fd >= 0)
		close(e->fd);
	free(e);
}

static Elf_Scn *next_section(struct elf *e, Elf_Scn *scn, uint32_t type, GElf_Shdr *sh)
{
	while ((scn = elf_nextscn(e->elf, scn))) {
		if (gelf_getshdr(scn, sh) && (!type || sh->sh_type == type))
			return scn;
	}
	return NULL;
}

static Elf_Data *data_of(Elf_Scn *scn, const GElf_Shdr *sh)
{
	errno = 0;
	return scn && sh->sh_size <= SECTION_MAX ? made(elf_getdata(scn, NULL)) : NULL;
}

/* A string of the section that another one links to. */
static const char *string_at(struct elf *e, size_t section, size_t at)
{
	Elf_Scn *scn = elf_getscn(e->elf, section);
	GElf_Shdr sh;

	errno = 0;
	return scn && gelf_getshdr(scn, &sh) && sh.sh_size <= SECTION_MAX
		       ? made(elf_strptr(e->elf, section, at))
		       : NULL;
}

static bool symbol_in(struct elf *e, uint32_t type, const char *name, GElf_Sym *sym)
{
	GElf_Shdr sh;
	Elf_Scn *scn = next_section(e, NULL, type, &sh);
	Elf_Data *data = data_of(scn, &sh);
	size_t n = data && sh.sh_entsize ? sh.sh_size / sh.sh_entsize : 0;

	for (size_t i = 0; i < n; i++) {
		const char *s;

		if (!gelf_getsym(data, i, sym) || !sym->st_value)
			continue;
		s = string_at(e, sh.sh_link, sym->st_name);
		if (s && !strcmp(s, name))
			return true;
	}
	return false;
}

bool elf__symbol(struct elf *e, const char *name, uint64_t *addr, uint64_t *size)
{
	GElf_Sym sym;

	if (!symbol_in(e, SHT_DYNSYM, name, &sym) && !symbol_in(e, SHT_SYMTAB, name, &sym))
		return false;
	*addr = sym.st_value;
	*size = sym.st_size;
	return true;
}

/* The segment in which an address lies, or (in_file) an offset; false: none. */
static bool segment_of(struct elf *e, uint64_t at, bool in_file, GElf_Phdr *ph)
{
	size_t n = 0;

	elf_getphdrnum(e->elf, &n);
	for (size_t i = 0; i < n; i++) {
		uint64_t start;

		if (!gelf_getphdr(e->elf, i, ph) || ph->p_type != PT_LOAD)
			continue;
		start = in_file ? ph->p_offset : ph->p_vaddr;
		if (at >= start && at - start < ph->p_filesz)
			return true;
	}
	return false;
}

uint64_t elf__offset(struct elf *e, uint64_t addr)
{
	GElf_Phdr ph;

	return segment_of(e, addr, false, &ph) ? addr - ph.p_vaddr + ph.p_offset : 0;
}

uint64_t elf__address(struct elf *e, uint64_t offset)
{
	GElf_Phdr ph;

	return segment_of(e, offset, true, &ph) ? offset - ph.p_offset + ph.p_vaddr : 0;
}

/* A semaphore may lie in .bss-like memory only where the linker put .probes into data: it is in
 * the file in every build known, and the kernel wants its file offset. */
bool elf__read(struct elf *e, uint64_t addr, void *buf, size_t size)
{
	GElf_Phdr ph;

	return segment_of(e, addr, false, &ph) &&
	       pread(e->fd, buf, size, addr - ph.p_vaddr + ph.p_offset) == (ssize_t)size;
}

bool elf__segment(struct elf *e, size_t n, struct elf_segment *segment)
{
	size_t all = 0;
	GElf_Phdr ph;

	elf_getphdrnum(e->elf, &all);
	for (size_t i = 0; i < all; i++) {
		if (!gelf_getphdr(e->elf, i, &ph) || ph.p_type != PT_LOAD || n--)
			continue;
		if (ph.p_filesz > SECTION_MAX || ph.p_offset > e->size ||
		    ph.p_filesz > e->size - ph.p_offset)
			return false;
		*segment = (struct elf_segment){ph.p_vaddr, ph.p_filesz, ph.p_flags & PF_X};
		return true;
	}
	return false;
}

/* Fills in those of a section's relocations that lie in the size bytes of addr, at buf. */
static void relocate(Elf_Scn *scn, const GElf_Shdr *sh, uint64_t addr, char *buf, size_t size)
{
	Elf_Data *data = data_of(scn, sh);
	size_t n = data && sh->sh_entsize ? sh->sh_size / sh->sh_entsize : 0;

	for (size_t i = 0; i < n; i++) {
		GElf_Rela r;

		if (gelf_getrela(data, i, &r) && GELF_R_TYPE(r.r_info) == ARCH_RELATIVE &&
		    r.r_offset - addr < size && size - (r.r_offset - addr) >= 8)
			memcpy(buf + (r.r_offset - addr), &r.r_addend, 8);
	}
}

bool elf__load(struct elf *e, uint64_t addr, void *buf, size_t size)
{
	GElf_Shdr sh;
	GElf_Phdr ph;
	Elf_Scn *scn = NULL;

	if (!elf__read(e, addr, buf, size))
		return false;
	if (!segment_of(e, addr, false, &ph) || !(ph.p_flags & PF_W))
		return true; /* nothing is filled in where the linker may not write */
	while ((scn = next_section(e, scn, SHT_RELA, &sh)))
		relocate(scn, &sh, addr, buf, size);
	return true;
}

static Elf_Scn *section_named(struct elf *e, const char *name, GElf_Shdr *sh)
{
	size_t names;
	Elf_Scn *scn = NULL;

	if (elf_getshdrstrndx(e->elf, &names))
		return NULL;
	while ((scn = next_section(e, scn, 0, sh))) {
		const char *s = string_at(e, names, sh->sh_name);

		if (s && !strcmp(s, name))
			return scn;
	}
	return NULL;
}

const void *elf__section(struct elf *e, const char *name, size_t *size, uint64_t *addr)
{
	GElf_Shdr sh;
	Elf_Scn *scn = section_named(e, name, &sh);
	Elf_Data *data = scn && sh.sh_type != SHT_NOBITS ? data_of(scn, &sh) : NULL;

	if (!data || !data->d_buf)
		return NULL;
	*size = data->d_size;
	*addr = sh.sh_addr;
	return data->d_buf;
}

/* A stapsdt note's description: three addresses, then provider, name and arguments as C strings. */
struct stapsdt {
	uint64_t pc, base, sema;
	const char *provider, *name, *args;
};

static bool stapsdt_parse(const char *desc, size_t size, struct stapsdt *n)
{
	const char *at = desc + 24, *end = desc + size,
		   **strings[] = {&n->provider, &n->name, &n->args};

	if (size < 24)
		return false;
	memcpy(&n->pc, desc, 8);
	memcpy(&n->base, desc + 8, 8);
	memcpy(&n->sema, desc + 16, 8);
	for (int i = 0; i < 3; i++) {
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
	uint64_t moved = base ? base - n->base : 0;
	uint64_t offset = elf__offset(e, n->pc + moved);
	struct usdt_site *site;

	if (!offset)
		return;
	site = ARR_PUSH(sites->v, sites->n);
	site->offset = offset;
	site->sema_offset = n->sema ? elf__offset(e, n->sema + moved) : 0;
	site->args = xstrdup(n->args);
}

void elf__usdt(struct elf *e, const char *provider, const char *name, struct usdt_sites *sites)
{
	GElf_Shdr sh;
	uint64_t base = section_named(e, ".stapsdt.base", &sh) ? sh.sh_addr : 0;
	Elf_Scn *scn = section_named(e, ".note.stapsdt", &sh);
	Elf_Data *data = data_of(scn, &sh);
	size_t at = 0, name_at, desc_at;
	GElf_Nhdr nh;

	while (data && (at = gelf_getnote(data, at, &nh, &name_at, &desc_at))) {
		struct stapsdt n;

		if (nh.n_type == 3 &&
		    stapsdt_parse((char *)data->d_buf + desc_at, nh.n_descsz, &n) &&
		    !strcmp(n.provider, provider) && !strcmp(n.name, name))
			add_site(e, &n, base, sites);
	}
}

/* The first string of that tag in the dynamic section that begins with prefix; NULL: none. */
static const char *dynamic_string(struct elf *e, int64_t tag, const char *prefix)
{
	GElf_Shdr sh;
	Elf_Scn *scn = next_section(e, NULL, SHT_DYNAMIC, &sh);
	Elf_Data *data = data_of(scn, &sh);
	size_t n = data && sh.sh_entsize ? sh.sh_size / sh.sh_entsize : 0;

	for (size_t i = 0; i < n; i++) {
		GElf_Dyn dyn;
		const char *s;

		if (!gelf_getdyn(data, i, &dyn) || dyn.d_tag != tag)
			continue;
		s = string_at(e, sh.sh_link, dyn.d_un.d_val);
		if (s && !strncmp(s, prefix, strlen(prefix)))
			return s;
	}
	return NULL;
}

const char *elf__needed_libpython(struct elf *e)
{
	return dynamic_string(e, DT_NEEDED, "libpython");
}

const char *elf__soname(struct elf *e)
{
	return dynamic_string(e, DT_SONAME, "");
}
