/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* floor PID: places two empty BPF programs on the probes of a Python process, says "ready", and
 * takes them out when stdin ends. */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/floor.skel.h"
#include "discover/interp.h"

static struct bpf_link *attach(struct bpf_program *prog, const struct interp *in,
			       const struct usdt_site *site)
{
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .ref_ctr_offset = site->sema_offset);

	return bpf_program__attach_uprobe_opts(prog, in->pid, in->open_path, site->offset, &opts);
}

int main(int argc, char **argv)
{
	struct interp in;
	struct floor_bpf *bpf = floor_bpf__open_and_load();
	struct bpf_link *links[2] = {NULL, NULL};
	const char *why;
	char byte;

	if (argc != 2 || !bpf || interp__of_pid(&in, atoi(argv[1]), &why) || !in.entry.n)
		return 1;
	links[0] = attach(bpf->progs.floor_entry, &in, &in.entry.v[0]);
	links[1] = attach(bpf->progs.floor_return, &in, &in.ret.v[0]);
	if (!links[0] || !links[1])
		return 1;
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	bpf_link__destroy(links[0]);
	bpf_link__destroy(links[1]);
	floor_bpf__destroy(bpf);
	interp__close(&in);
	return 0;
}
