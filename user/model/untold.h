/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What counts as CPU though the kernel did not tell of all that threads were away. */
#ifndef BPFPROF_MODEL_UNTOLD_H
#define BPFPROF_MODEL_UNTOLD_H

#include "model/profile.h"

/* p, with a note of it where there is any, and of whose it is most. */
struct profile *profile__note_untold(struct profile *p);

#endif
