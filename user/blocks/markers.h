/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which files of a process have the marker functions of include/bpfprof.h, and where their control
 * objects are. Reads ELF files and /proc; writes control objects only where asked to.
 */
#ifndef BPFPROF_MARKERS_H
#define BPFPROF_MARKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/procmap.h"

/* A mapping of a file that has markers. A marker is a nop of 5 bytes, one of 1 byte, a return. */
struct marker_file {
	char *path;	     /* as the process sees it */
	char *open_path;     /* opens that very file from here */
	uint64_t dev, ino;   /* what the kernel knows its probes by */
	uint64_t begin, end; /* file offsets of the functions */
	uint64_t to_addr;    /* added to a file offset: where the process has it */
	uint64_t control;    /* address of the control object; 0: it has none */
};

/* Where the dynamic linker tells that it has loaded files. */
struct marker_loader {
	char *open_path; /* NULL: none was found */
	uint64_t offset; /* in the file */
	uint64_t addr;
	uint64_t debug; /* address of its struct r_debug; 0: not known */
};

struct markers {
	struct marker_file *v;
	size_t n;
	struct marker_loader loader;
	struct procmaps looked_at; /* mappings looked at */
};

/* Adds the files mapped since the last look; how many, or -errno. */
int markers__look(struct markers *m, pid_t pid);
void markers__free(struct markers *m);
/* Whether the process has any now. */
bool markers__are_in(pid_t pid);

/* Of a control object, what is not an array. */
struct control_view {
	uint32_t off, clears;
	uint8_t track_off[1024];
};

/* mem: of procmem.h. False: there is none at that address any more. */
bool control__read(int mem, uint64_t control, struct control_view *view);
/* Write to it: whether blocks are off, all or those of one track; and that figures are dropped.
 * False: there is none at that address any more, or it cannot be written. */
bool control__set_off(int mem, uint64_t control, bool off);
bool control__set_track_off(int mem, uint64_t control, uint32_t track, bool off);
bool control__clear(int mem, uint64_t control);

#endif
