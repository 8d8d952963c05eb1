/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reads and writes. */
#include <stddef.h>

#include "model/profile.h"

const char *const prof_io_names[] = {
#define ACC_IO(ID, name, what) #name,
#include "bpfprof/io.def"
	NULL,
};

bool prof_io__is_none(const struct prof_io *io)
{
	for (int kind = 0; kind < PROF_IO_KINDS; kind++) {
		if (io->reads[kind] || io->writes[kind])
			return false;
	}
	return true;
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
