/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reads and writes. */
#include "base/mem.h"
#include "model/profile.h"

const char *const prof_io_names[] = {
#define ACC_IO(ID, name, what) #name,
#include "bpfprof/io.def"
	NULL,
};

bool prof_io__went_on(const struct prof_io *now, const struct prof_io *then)
{
	for (int kind = 0; kind < PROF_IO_KINDS; kind++) {
		if (now->reads[kind] > then->reads[kind] || now->writes[kind] > then->writes[kind])
			return true;
	}
	return false;
}

bool prof_io__is_none(const struct prof_io *io)
{
	static const struct prof_io none;

	return !prof_io__went_on(io, &none);
}

static int64_t sum(const int64_t of[PROF_IO_KINDS])
{
	int64_t all = 0;

	for (int kind = 0; kind < PROF_IO_KINDS; kind++)
		all = prof_ns(all + prof_ns(of[kind]));
	return all;
}

int64_t prof_io__reads(const struct prof_io *io)
{
	return sum(io->reads);
}

int64_t prof_io__writes(const struct prof_io *io)
{
	return sum(io->writes);
}

int64_t prof_io__read(const struct prof_io *io)
{
	return sum(io->read_bytes);
}

int64_t prof_io__written(const struct prof_io *io)
{
	return sum(io->written_bytes);
}

int64_t prof_io__bytes(const struct prof_io *io)
{
	return prof_ns(prof_io__read(io) + prof_io__written(io));
}

/* --- of rows -----------------------------------------------------------------------------------
 */

const struct prof_ios *profile__io(const struct profile *p, enum prof_rows of, size_t row)
{
	static const struct prof_ios none;

	return row < p->io[of].n ? &p->io[of].v[row] : &none;
}

struct prof_ios *profile__make_io(struct profile *p, enum prof_rows of, size_t row)
{
	struct prof_io_rows *rows = &p->io[of];

	while (rows->n <= row)
		ARR_PUSH(rows->v, rows->n);
	return &rows->v[row];
}

static int64_t add(int64_t to, int64_t from)
{
	return prof_ns(prof_ns(to) + prof_ns(from));
}

static int64_t less(int64_t to, int64_t from)
{
	return to > from ? to - from : 0;
}

static int64_t most(int64_t to, int64_t from)
{
	return to < from ? from : to;
}

static void apply(void *to, const void *from, size_t n, int64_t (*by)(int64_t to, int64_t from))
{
	for (size_t i = 0; i < n; i++)
		PROF_IO_FIGURE(to, i) = by(PROF_IO_FIGURE(to, i), PROF_IO_FIGURE(from, i));
}

void prof_ios__add(struct prof_ios *to, const struct prof_ios *from)
{
	apply(to, from, 2 * PROF_IO_FIGURES, add);
}

/* Where the other row has nothing, nothing changes. */
static void apply_row(struct profile *p, enum prof_rows of, size_t row, const struct profile *from,
		      size_t from_row, int64_t (*by)(int64_t to, int64_t from))
{
	if (from_row < from->io[of].n)
		apply(profile__make_io(p, of, row), &from->io[of].v[from_row], 2 * PROF_IO_FIGURES,
		      by);
}

void profile__add_io(struct profile *p, enum prof_rows of, size_t row, const struct profile *from,
		     size_t from_row)
{
	apply_row(p, of, row, from, from_row, add);
}

void profile__less_io(struct profile *p, enum prof_rows of, size_t row, const struct profile *from,
		      size_t from_row)
{
	apply_row(p, of, row, from, from_row, less);
}

void profile__raise_io(struct profile *p, enum prof_rows of, size_t row, const struct profile *from,
		       size_t from_row)
{
	apply_row(p, of, row, from, from_row, most);
}

struct prof_io profile__sum_io(const struct profile *p)
{
	struct prof_io sum = {.failed = 0};

	for (size_t i = 0; i < p->io[PROF_FUNCS].n; i++)
		apply(&sum, &p->io[PROF_FUNCS].v[i].own, PROF_IO_FIGURES, add);
	return sum;
}
