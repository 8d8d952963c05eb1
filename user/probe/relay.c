/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tracepoints that several sessions share. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "bpfprof/relay.h"
#include "probe/relay.h"
#include "probe/inside.h"

struct relay {
	struct relay_bpf *bpf;
	bool taken[RELAY_SEATS];
};

/* Which program of a session goes into which table. */
static const struct {
	size_t program; /* offset of the struct bpf_program * in the session's skeleton */
	size_t table;	/* and of the struct bpf_map * in ours */
} rows[] = {
#define ROW(name, table)                                                                           \
	{                                                                                          \
		offsetof(struct bpfprof_bpf, progs.bpfp_##name),                                   \
			offsetof(struct relay_bpf, maps.table)                                     \
	}
	ROW(exit, exits),     ROW(exec, execs),	     ROW(fork, forks),
	ROW(wakeup, wakeups), ROW(switch, switches), ROW(io, transfers),
};

#define NROWS (sizeof(rows) / sizeof(*rows))

static const struct bpf_program *program_of(const struct session *s, size_t i)
{
	return *(struct bpf_program **)((char *)s->bpf + rows[i].program);
}

static int table_of(const struct relay *r, size_t i)
{
	return bpf_map__fd(*(struct bpf_map **)((char *)r->bpf + rows[i].table));
}

/* The object's own links, which go with it. */
static int attach(const struct relay *r)
{
	struct bpf_object_skeleton *all = r->bpf->skeleton;
	int error = 0;

	for (int i = 0; i < all->prog_cnt && !error; i++) {
		const struct bpf_prog_skeleton *p = &all->progs[i];

		if (bpf_program__autoload(*p->prog) && !(*p->link = types__attach(*p->prog)))
			error = -errno;
	}
	return error;
}

static int load(struct relay *r)
{
	sigset_t before;
	int error;

	thread__hold_signals(&before);
	error = relay_bpf__load(r->bpf);
	thread__give_signals(&before);
	return error ? error : attach(r);
}

struct relay *relay__open(bool io)
{
	struct relay *r = xcalloc(1, sizeof(*r));
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	int error = -ENOMEM;

	opts.btf_custom_path = types__file();
	r->bpf = relay_bpf__open_opts(&opts);
	if (r->bpf) {
		bpf_program__set_autoload(r->bpf->progs.bpfp_relay_io, io);
		error = load(r);
	}
	if (!error)
		return r;
	detail("each process has tracepoints of its own: %s", strerror(-error));
	relay__close(r);
	return NULL;
}

void relay__close(struct relay *r)
{
	if (!r)
		return;
	relay_bpf__destroy(r->bpf);
	free(r);
}

static void clear(const struct relay *r, uint32_t seat)
{
	for (size_t i = 0; i < NROWS; i++)
		bpf_map_delete_elem(table_of(r, i), &seat);
}

/* 0 or -errno. */
static int fill(const struct relay *r, uint32_t seat, const struct session *s)
{
	int error = 0;

	for (size_t i = 0; i < NROWS && !error; i++) {
		const int program = bpf_program__fd(program_of(s, i));

		if (program >= 0)
			error = bpf_map_update_elem(table_of(r, i), &seat, &program, BPF_ANY);
	}
	return error;
}

void session__share(struct session *s, struct relay *r)
{
	uint32_t seat = 1;

	if (!r || s->relay || s->watches.n)
		return;
	while (seat < RELAY_SEATS && r->taken[seat])
		seat++;
	if (seat == RELAY_SEATS)
		return;
	if (fill(r, seat, s)) {
		clear(r, seat);
		return;
	}
	r->taken[seat] = true;
	s->relay = r;
	s->seat = seat;
	s->missed = session__missed(s); /* by others, until now */
}

void relay__leave(struct session *s)
{
	relay__forget(s);
	if (!s->relay)
		return;
	clear(s->relay, s->seat);
	s->relay->taken[s->seat] = false;
	s->relay = NULL;
}

/* The mark is there before the number, and longer. */
static void mark(const struct relay *r, uint32_t tgid, int by)
{
	__atomic_add_fetch(&r->bpf->bss->relay_marks[tgid % RELAY_MARKS], by, __ATOMIC_SEQ_CST);
}

int relay__tell(struct session *s, uint32_t tgid)
{
	int error;

	relay__forget(s);
	if (!tgid)
		return 0; /* not known, which has been said */
	mark(s->relay, tgid, 1);
	error = bpf_map_update_elem(bpf_map__fd(s->relay->bpf->maps.seats), &tgid, &s->seat,
				    BPF_ANY);
	if (error)
		mark(s->relay, tgid, -1);
	else
		s->told = tgid;
	return error;
}

void relay__forget(struct session *s)
{
	uint32_t seat;
	int fd;

	if (!s->told)
		return;
	fd = bpf_map__fd(s->relay->bpf->maps.seats);
	if (!bpf_map_lookup_elem(fd, &s->told, &seat) && seat == s->seat)
		bpf_map_delete_elem(fd, &s->told);
	mark(s->relay, s->told, -1);
	s->told = 0;
}

const struct bpf_object *relay__object(const struct relay *r)
{
	return r->bpf->obj;
}
