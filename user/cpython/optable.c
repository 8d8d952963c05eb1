/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Looks for the dispatch table in the segments of the file. Its shape is not enough: 3.15 keeps two
 * tables in a row, and some compilers put other addresses beside it. But all numbers that a version
 * does not use lead to one place, where no instruction leads; no window a number further does so.
 */
#include "cpython/optable.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch/code.h"
#include "base/mem.h"
#include "process/elf.h"
#include "process/procmap.h"
#include "process/procmem.h"

#define OUR_PAGES   "/memfd:bpfprof-"
#define FIRST_MINOR 11
#define MINORS	    (PY_NEWEST - FIRST_MINOR + 1)
/* Builds let a few instructions share code, or leave them out. */
#define SHARED_MAX   12
#define LEFT_OUT_MAX 2

#define PART 8192		   /* words looked at in one piece */
#define KEPT (OPTABLE_ENTRIES - 1) /* of the piece before, in which a table may begin */

enum row {
#define OP(name, ...) ROW_##name,
#define UNUSED(...)
#include "cpython/optable.def"
#undef OP
#undef UNUSED
	ROWS,
};

static const struct {
	const char *name;
	uint8_t kind, next; /* enum op_kind, enum row */
	uint8_t op[MINORS];
} rows[] = {
#define OP(name, kind, next, ...) {#name, kind, ROW_##next, {__VA_ARGS__}},
#define UNUSED(...)
#include "cpython/optable.def"
#undef OP
#undef UNUSED
};

static const struct {
	uint8_t minor, first, last;
} unused[] = {
#define OP(...)
#define UNUSED(...) {__VA_ARGS__},
#include "cpython/optable.def"
#undef OP
#undef UNUSED
};

/* One search through a file. */
struct search {
	struct elf *e;
	struct elf_segment code[4];
	unsigned int ncode, minor;
	uint8_t unused[OPTABLE_ENTRIES]; /* the numbers */
	unsigned int nunused;
	unsigned int nfound;
	uint64_t addr;			    /* of the last one found, in the file */
	uint64_t entries[OPTABLE_ENTRIES];  /* of it, addresses of the file */
	uint64_t unlinked[OPTABLE_ENTRIES]; /* the same before the dynamic linker has been there */
	uint64_t invalidate;		    /* in the file; 0: none */
	struct elf_identity file;
};

/* The last that found a table: processes of one run are of one file, which takes milliseconds to
 * search. What a process has in memory is held against it each time. */
static _Thread_local struct search last;

static void set_unused(struct search *s)
{
	for (size_t i = 0; i < sizeof(unused) / sizeof(*unused); i++) {
		for (unsigned int op = unused[i].first;
		     unused[i].minor == s->minor && op <= unused[i].last; op++)
			s->unused[s->nunused++] = op;
	}
}

/* --- the file ------------------------------------------------------------------------------------
 */

static void set_code(struct search *s)
{
	struct elf_segment g;

	for (size_t n = 0; s->ncode < 4 && elf__segment(s->e, n, &g); n++) {
		if (g.executable)
			s->code[s->ncode++] = g;
	}
}

static bool is_code(const struct search *s, uint64_t addr)
{
	for (size_t i = 0; i < s->ncode; i++) {
		if (addr - s->code[i].addr < s->code[i].size)
			return true;
	}
	return false;
}

static int compare_addresses(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static unsigned int distinct(const uint64_t *entries)
{
	uint64_t sorted[OPTABLE_ENTRIES];
	unsigned int n = 1;

	memcpy(sorted, entries, sizeof(sorted));
	qsort(sorted, OPTABLE_ENTRIES, sizeof(*sorted), compare_addresses);
	for (size_t i = 1; i < OPTABLE_ENTRIES; i++)
		n += sorted[i] != sorted[i - 1];
	return n;
}

/* Whether 256 addresses of code are the table. */
static bool is_table(const struct search *s, const uint64_t *entries)
{
	uint64_t nowhere = entries[s->unused[0]];
	unsigned int n = 0;

	for (size_t i = 1; i < s->nunused; i++) {
		if (entries[s->unused[i]] != nowhere)
			return false;
	}
	for (size_t op = 0; op < OPTABLE_ENTRIES; op++)
		n += entries[op] == nowhere;
	return n <= s->nunused + LEFT_OUT_MAX &&
	       distinct(entries) >= OPTABLE_ENTRIES - s->nunused - SHARED_MAX;
}

/* The windows that end in words[from] or later, of n; *run: addresses of code before that. Where
 * none has begun, one that began here would end in code, or all that begin up to there do not: so
 * of the file one word in 256 is looked at. */
static void search_words(struct search *s, const uint64_t *words, size_t from, size_t n,
			 uint64_t addr, size_t *run)
{
	for (size_t i = from; i < n; i++) {
		const uint64_t *window = words + i + 1 - OPTABLE_ENTRIES;

		if (!*run && n - i >= OPTABLE_ENTRIES && !is_code(s, words[i + KEPT])) {
			i += KEPT;
			continue;
		}
		*run = words[i] && is_code(s, words[i]) ? *run + 1 : 0;
		if (*run < OPTABLE_ENTRIES || !is_table(s, window))
			continue;
		s->nfound++;
		s->addr = addr + (i + 1 - OPTABLE_ENTRIES) * sizeof(*words);
		memcpy(s->entries, window, sizeof(s->entries));
	}
}

/* A part after another, through one small buffer: memory of the size of a segment costs ten times
 * what looking at it does. */
static void search_segment(struct search *s, const struct elf_segment *g)
{
	uint64_t words[KEPT + PART], at = (g->addr + 7) & ~7ULL, end = g->addr + g->size;
	size_t kept = 0, run = 0;

	while (end - at >= sizeof(*words) && end > at) {
		size_t n = (end - at) / sizeof(*words);

		if (n > PART)
			n = PART;
		if (!elf__load(s->e, at, words + kept, n * sizeof(*words)))
			return;
		search_words(s, words, kept, kept + n, at - kept * sizeof(*words), &run);
		at += n * sizeof(*words);
		n += kept;
		kept = n < KEPT ? n : KEPT;
		memmove(words, words + n - kept, kept * sizeof(*words));
	}
}

/* Linkers of long ago put constants beside the code, so that is looked through where nothing else
 * has it. */
static void search_file(struct search *s)
{
	struct elf_segment g;

	for (int code = 0; code < 2 && !s->nfound; code++) {
		for (size_t n = 0; elf__segment(s->e, n, &g); n++) {
			if (g.executable == code)
				search_segment(s, &g);
		}
	}
}

/* --- the process ---------------------------------------------------------------------------------
 */

static struct op_hook *hook_of(struct optable *t, unsigned int op)
{
	for (size_t i = 0; i < t->nhooks; i++) {
		if (t->hooks[i].op == op)
			return &t->hooks[i];
	}
	return NULL;
}

/* Whether entry op of the live table, which is not the file's, may be what it is. */
static bool may_differ(struct optable *t, const struct procmaps *maps, unsigned int op,
		       uint64_t live)
{
	struct op_hook *h = hook_of(t, op);

	if (!h || (h->next != live && !procmaps__named(maps, live, OUR_PAGES)))
		return false;
	t->hooked++;
	return true;
}

/* Whether the live table may be what it is; *t counts what is hooked. */
static bool is_unchanged(struct optable *t, const struct search *s, const struct interp *in,
			 const uint64_t *live)
{
	struct procmaps maps = {0};
	bool good = !procmaps__of_pid(&maps, in->pid);

	for (size_t op = 0; good && op < OPTABLE_ENTRIES; op++)
		good = live[op] == s->entries[op] + in->bias || may_differ(t, &maps, op, live[op]);
	procmaps__free(&maps);
	return good;
}

static int compare_live(struct optable *t, const struct search *s, const struct interp *in,
			const char **why)
{
	uint64_t live[OPTABLE_ENTRIES];
	int mem = procmem__open(in->pid);
	bool read = mem >= 0 && procmem__read(mem, t->addr, live, sizeof(live));

	if (mem >= 0)
		close(mem);
	*why = read ? "its dispatch table was changed in memory by somebody else"
		    : "its memory cannot be read";
	if (!read)
		return mem < 0 ? mem : -EFAULT;
	for (uint32_t i = 0; i < t->nhooks; i++)
		t->hooks[i].found = live[t->hooks[i].op];
	if (!memcmp(live, s->unlinked, sizeof(live)))
		return 0; /* it has just been started */
	return is_unchanged(t, s, in, live) ? 0 : -ENOENT;
}

/* --- all of it -----------------------------------------------------------------------------------
 */

uint8_t optable__op(const char *name, uint16_t version)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (!strcmp(rows[i].name, name))
			return rows[i].op[version - 0x0300 - FIRST_MINOR];
	}
	return 0;
}

static void fill(struct optable *t, const struct search *s, uint64_t bias)
{
	unsigned int column = s->minor - FIRST_MINOR;

	*t = (struct optable){.addr = s->addr + bias,
			      .creates = rows[ROW_RETURN_GENERATOR].op[column],
			      .invalidate = s->invalidate ? s->invalidate + bias : 0};
	for (size_t i = 0; i < ROWS; i++) {
		if (!rows[i].op[column] || rows[i].kind == OP_NONE)
			continue;
		t->hooks[t->nhooks++] = (struct op_hook){
			.op = rows[i].op[column],
			.kind = rows[i].kind,
			.handler = s->entries[rows[i].op[column]] + bias,
			.found = s->entries[rows[i].op[column]] + bias,
			.next = s->entries[rows[rows[i].next].op[column]] + bias,
			.name = rows[i].name,
		};
	}
}

static void set_thrown(struct optable *t, unsigned int column)
{
	static const uint8_t at[] = {ROW_JUMP_BACKWARD_NO_INTERRUPT, ROW_RETURN_GENERATOR,
				     ROW_YIELD_VALUE};

	for (size_t i = 0; rows[at[0]].op[column] && i < sizeof(at); i++)
		t->thrown[i] = rows[at[i]].op[column];
}

_Static_assert(ROWS <= OPTABLE_HOOKS, "a hook for each row");

/* Whether the calls of this interpreter pass through a table that we know. */
static bool is_known(const struct interp *in, const char **why)
{
	if (!in->layout || in->version > 0x0300 + PY_NEWEST)
		*why = eval_verdict__text(in->eval);
	else if (in->version < 0x0300 + FIRST_MINOR)
		*why = "only CPython 3.11 and later pass all calls through a table";
	else
		return true;
	return false;
}

static bool leaves_scratch(struct elf *e)
{
	uint64_t addr, size, from;
	size_t bytes;
	const unsigned char *text = elf__section(e, ".text", &bytes, &from);

	return text && elf__symbol(e, "_PyEval_EvalFrameDefault", &addr, &size) && addr >= from &&
	       addr - from <= bytes && size <= bytes - (addr - from) &&
	       code__leaves_scratch(text + (addr - from), size);
}

static int search_elf(struct search *s, const char **why)
{
	uint64_t size;

	set_unused(s);
	set_code(s);
	search_file(s);
	elf__read(s->e, s->addr, s->unlinked, sizeof(s->unlinked));
	elf__symbol(s->e, "_Py_Executors_InvalidateAll", &s->invalidate, &size);
	*why = s->nfound ? "more than one table in it looks like the dispatch table"
			 : "it has no dispatch table with this version's instructions (a build "
			   "without computed gotos, or with changed ones)";
	if (s->nfound != 1)
		return -ENOENT;
	*why = "its evaluator leaves no register to what would stand in the dispatch table";
	return leaves_scratch(s->e) ? 0 : -ENOENT;
}

static bool recall(struct search *s)
{
	struct elf *e = s->e;

	if (!s->file.ino || memcmp(&s->file, &last.file, sizeof(s->file)) || s->minor != last.minor)
		return false;
	*s = last;
	s->e = e;
	return true;
}

static int search_once(struct search *s, const char **why)
{
	int error;

	s->file = elf__identity(s->e);
	if (recall(s))
		return 0;
	error = search_elf(s, why);
	if (!error)
		last = *s;
	return error;
}

int optable__find(struct optable *t, const struct interp *in, const char **why)
{
	struct search s = {.minor = in->version & 0xff};
	int error;

	if (!is_known(in, why))
		return -ENOENT;
	s.e = elf__open(in->open_path);
	if (!s.e) {
		*why = strerror(errno);
		return -errno;
	}
	error = search_once(&s, why);
	elf__close(s.e);
	if (error)
		return error;
	fill(t, &s, in->pid ? in->bias : 0);
	set_thrown(t, s.minor - FIRST_MINOR);
	return in->pid ? compare_live(t, &s, in, why) : 0;
}
