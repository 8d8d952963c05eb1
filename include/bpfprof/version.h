/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The version of all that is built here. The Makefile, setup.py and the tests read this line. */
#ifndef BPFPROF_RELEASE_H
#define BPFPROF_RELEASE_H

#define BPFPROF_VERSION "0.1.0"

#endif
