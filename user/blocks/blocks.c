/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The markers of include/bpfprof.h as places for probes. */
#include "blocks/blocks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch/insn.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/priority.h"
#include "probe/session.h"
#include "blocks/markers.h"
#include "process/procmem.h"
#include "model/profile.h"

struct blocks {
	struct session *session;
	pid_t pid;
	struct markers files;
	size_t placed;	 /* of files, those looked after */
	bool told;	 /* of libraries that the process loads */
	bool nop5;	 /* probe the 5-byte nop */
	uint32_t late;	 /* loads that were not looked at in time, so far */
	uint32_t clears; /* of all control objects */
	uint8_t track_off[ACC_TRACKS];
};

/* The kernel knows a probe by its file: one serves all mappings of it. */
static bool is_probed(const struct blocks *m, const struct marker_file *f)
{
	for (const struct marker_file *g = m->files.v; g < f; g++) {
		if (g->dev == f->dev && g->ino == f->ino)
			return true;
	}
	return false;
}

static int place(struct blocks *m, const struct marker_file *f)
{
	uint64_t skip = m->nop5 ? 0 : INSN_NOP5_BYTES;
	const struct probe probes[] = {
		{"bpfp_block_end", f->end + skip, 0, f->control, f->to_addr + f->end + skip},
		{"bpfp_block_begin", f->begin + skip, 0, f->control, f->to_addr + f->begin + skip},
	};

	return session__probe(m->session, m->pid, f->open_path, probes, 2);
}

static void place_fresh(struct blocks *m)
{
	for (; m->placed < m->files.n; m->placed++) {
		const struct marker_file *f = &m->files.v[m->placed];
		int error = is_probed(m, f) ? 0 : place(m, f);

		if (error && error != -ESRCH && error != -ENOENT)
			warn("cannot probe the markers of %s: %s; its blocks are not seen", f->path,
			     strerror(-error));
		else if (!error)
			info("blocks of %s are measured", f->path);
	}
}

static void look_at_controls(struct blocks *m)
{
	int mem = procmem__open(m->pid);
	struct control_view view;
	uint32_t clears = 0;

	if (mem < 0)
		return;
	memset(m->track_off, 0, sizeof(m->track_off));
	for (size_t i = 0; i < m->files.n; i++) {
		if (!control__read(mem, m->files.v[i].control, &view))
			continue;
		clears += view.clears;
		for (uint32_t k = 0; k < ACC_TRACKS; k++)
			m->track_off[k] |= view.off || view.track_off[k];
	}
	close(mem);
	if (clears != m->clears)
		session__clear_blocks(m->session);
	m->clears = clears;
}

/* Beats do without. */
static void place_loader(struct blocks *m)
{
	const struct marker_loader *l = &m->files.loader;
	const struct probe probe = {"bpfp_block_load", l->offset, 0, l->debug, l->addr};

	if (!l->open_path || blocks__fd(m) < 0 || m->told)
		return;
	m->told = !session__probe_loader(m->session, m->pid, l->open_path, &probe);
}

struct blocks *blocks__begin(struct session *s, pid_t pid)
{
	struct blocks *m = xcalloc(1, sizeof(*m));

	*m = (struct blocks){.session = s, .pid = pid};
	/* not for markers that come later: to ask takes a third of a second, and who loads them is
	 * kept waiting meanwhile */
	m->nop5 = markers__look(&m->files, pid) > 0 && session__nop5_is_cheaper(s);
	blocks__beat(m);
	return m;
}

void blocks__beat(struct blocks *m)
{
	uint32_t loads = session__loads(m->session), late;
	int fresh = markers__look(&m->files, m->pid);
	struct priority before = {0};

	if (fresh > 0) /* who loads them stands still meanwhile */
		priority__hurry(&before);
	place_fresh(m);
	late = session__loads_late(m->session);
	if (fresh > 0 && late != m->late)
		session__lose(m->session, ACC_LOSS_LOAD_LATE, fresh);
	m->late = late;
	session__loads_looked_at(m->session, loads);
	priority__as_before(&before);
	place_loader(m);
	look_at_controls(m);
}

int blocks__fd(const struct blocks *m)
{
	return session__loads_fd(m->session);
}

void blocks__note(const struct blocks *m, struct profile *p)
{
	for (size_t i = 0; i < p->ntracks; i++) {
		if (p->tracks[i].idx < ACC_TRACKS && m->track_off[p->tracks[i].idx])
			p->tracks[i].enabled = false;
	}
}

void blocks__free(struct blocks *m)
{
	if (!m)
		return;
	markers__free(&m->files);
	free(m);
}
