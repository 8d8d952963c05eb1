/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The functions of the standard library in which threads wait for work. */
#ifndef BPFPROF_IDLES_H
#define BPFPROF_IDLES_H

#include <linux/types.h>

#include "bpfprof/abi.h"

/* Has the accounting tell them by their names. */
void idles__tell(struct acc_ctl *ctl);

#endif
