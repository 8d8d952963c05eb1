/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The capabilities of bpfprof itself: which it needs for what, which it has, and those that it
 * gives up once it needs them no more.
 */
#ifndef BPFPROF_OWNRIGHTS_H
#define BPFPROF_OWNRIGHTS_H

#include <stdbool.h>

/* Whether this thread may: by the capability (CAP_*), or by CAP_SYS_ADMIN where the kernel takes
 * that for it. */
bool own_rights__have(int cap);

/* Whether an error (-errno) is for want of rights. */
bool own_rights__denied(int error);

/* What to do about an error (-errno) of what takes a capability and room; static text. */
const char *own_rights__advice(int error, int cap);

/* Why this process may not even look at another one, and what to do; static text. */
const char *own_rights__no_look(void);

/* Gives up what no measurement needs once it counts, in this thread and those that it starts; where
 * no probes will be placed any more, also what that takes. The way out needs none of it. */
void own_rights__lessen(bool no_more_probes);

/* The same for a thread that has to do with others' requests: of all rights it keeps that to read
 * any file. */
void own_rights__only_read(void);

/* Gives up all of them, for good: no program that this process runs gets any either. */
void own_rights__give_up(void);

#endif
