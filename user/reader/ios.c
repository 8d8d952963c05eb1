/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reads and writes, of the tables. */
#include "model/profile.h"
#include "reader/parts.h"

static const struct acc_io *find(const struct tables *t, __u32 key)
{
	static const struct acc_io none;
	__u32 at = ACC_IO_FIRST(key);

	for (__u32 n = 0; n < ACC_IO_PROBES && io__is_on(t); n++, at++) {
		const struct acc_io *io = &t->ios[at & (t->size.ios - 1)];

		if (io->key == key)
			return io;
		if (!io->key)
			break;
	}
	return &none;
}

static struct prof_io io_of(const struct acc_io_sum *from)
{
	struct prof_io io = {.failed = prof_ns((__s64)from->failed)};

	for (__u32 kind = 0; kind < ACC_IO_KINDS; kind++) {
		const __u32 in = 2 * kind, out = in | ACC_IO_WRITE;

		io.reads[kind] = prof_ns((__s64)from->calls[in]);
		io.read_bytes[kind] = prof_ns((__s64)from->bytes[in]);
		io.writes[kind] = prof_ns((__s64)from->calls[out]);
		io.written_bytes[kind] = prof_ns((__s64)from->bytes[out]);
	}
	return io;
}

bool io__is_on(const struct tables *t)
{
	return t->size.ios > 1;
}

struct prof_ios io__of_edge(const struct tables *t, size_t edge)
{
	const struct acc_io *io = find(t, (__u32)edge);

	return (struct prof_ios){io_of(&io->own), io_of(&io->cum)};
}

struct prof_ios io__twice(const struct tables *t, __u32 func)
{
	struct prof_ios twice = {.cum = io_of(&find(t, ACC_IO_OF_FUNC | func)->cum)};

	for (size_t i = 0; i < PROF_IO_FIGURES; i++)
		PROF_IO_FIGURE(&twice.cum, i) *= -1;
	return twice;
}
