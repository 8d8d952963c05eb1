/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The man page's prose on which processes are counted. */
#include "cli/man.h"

const char man_processes[] =
	".SH PROCESSES\n"
	"Of several (\\-p again and again, \\-\\-children, \\-\\-cgroup, \\-\\-container) the "
	"figures\n"
	"are added up; \\-\\-by process and the JSON's processes tell them apart. What "
	"several that run already did is told of the same time, from when the last was entered "
	"until "
	"the\n"
	"first is left, to a millisecond or two. Of a command, "
	"\\-\\-children\n"
	"counts until the command itself ends, with \\-\\-wait until all that it started have; a "
	"signal then\n"
	"ends bpfprof, and they run on. \\-\\-cgroup takes a directory below\n"
	"/sys/fs/cgroup or a path as /proc/PID/cgroup has it, and all groups below that.\n"
	"\\-\\-container takes the beginning of a container's identifier, four digits at least\n"
	"(docker, podman, containerd, CRI\\-O), a pod's UID, or the name of a group, also without\n"
	"what runtimes put around it, as in machine\\-NAME.scope. A name that docker or podman "
	"alone\n"
	"knows is in no control group: ask them for the identifier. Counted are the processes "
	"that\n"
	"are there at the start; with \\-\\-children also all that these start then, but not what\n"
	"enters the group from outside, as docker exec does. README.md lists what containers were "
	"tried.\n";
