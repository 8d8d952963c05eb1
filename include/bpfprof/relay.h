/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What bpf/relay.bpf.c and user/probe/relay.c share. */
#ifndef BPFPROF_RELAY_ABI_H
#define BPFPROF_RELAY_ABI_H

#define RELAY_SEATS 4096 /* for sessions; the first is nobody's */
#define RELAY_MARKS 4096 /* a power of two */

#endif
