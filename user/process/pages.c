/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A direct-mapped cache of pages. */
#include "process/pages.h"

#include <string.h>

#include "base/shared.h"
#include "process/procmem.h"

#define PAGE 4096ull
#define WARM 1024 /* pages that are made ready */

struct line {
	uint64_t number; /* of the page, plus one; 0: none */
	uint32_t kept;	 /* where it is; plus one; 0: nowhere yet */
};

struct pages {
	pages_fetch fetch;
	void *source;
	int mem;
	uint32_t used; /* of kept */
	struct line lines[PAGES_KEPT];
	unsigned char kept[PAGES_KEPT][PAGE];
};

struct pages *pages__new(pages_fetch fetch, void *source)
{
	struct pages *p = shared__new(sizeof(*p));

	if (!p)
		return NULL;
	p->fetch = fetch;
	p->source = source;
	return p;
}

static bool fetch_of_process(void *source, uint64_t addr, void *buf, size_t size)
{
	return procmem__read(*(int *)source, addr, buf, size);
}

struct pages *pages__of_process(int mem)
{
	struct pages *p = pages__new(fetch_of_process, NULL);

	if (!p)
		return NULL;
	p->mem = mem;
	p->source = &p->mem;
	return p;
}

void pages__free(struct pages *p)
{
	shared__free(p, sizeof(*p));
}

void pages__warm(struct pages *p)
{
	shared__warm(p, offsetof(struct pages, kept) + WARM * PAGE);
}

void pages__forget(struct pages *p)
{
	for (size_t i = 0; i < PAGES_KEPT; i++)
		p->lines[i].number = 0;
}

static const unsigned char *page_of(struct pages *p, uint64_t number)
{
	struct line *line = &p->lines[number % PAGES_KEPT];
	unsigned char *bytes;

	if (!line->kept)
		line->kept = ++p->used;
	bytes = p->kept[line->kept - 1];
	if (line->number == number + 1)
		return bytes;
	line->number = p->fetch(p->source, number * PAGE, bytes, PAGE) ? number + 1 : 0;
	return line->number ? bytes : NULL;
}

bool pages__read(struct pages *p, uint64_t addr, void *buf, size_t size)
{
	unsigned char *to = buf;

	if (addr + size < addr)
		return false;
	while (size) {
		uint64_t in_page = addr % PAGE, n = PAGE - in_page < size ? PAGE - in_page : size;
		const unsigned char *page = page_of(p, addr / PAGE);

		if (!page)
			return false;
		memcpy(to, page + in_page, n);
		to += n;
		addr += n;
		size -= n;
	}
	return true;
}
