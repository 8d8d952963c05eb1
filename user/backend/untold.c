/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a profile says of switches that the kernel did not tell of, and of children that nobody
 * follows. */
#include <inttypes.h>

#include "backend/capture.h"
#include "base/mem.h"
#include "model/profile.h"

void capture__note_untold(struct untold untold, struct profile *p)
{
	if (!untold.n)
		return;
	profile__take_note(p,
			   xasprintf("the kernel did not tell of %" PRIu64 " switch%s back to a "
				     "CPU: up to %.3f ms that count as cpu may be off-cpu",
				     untold.n, untold.n > 1 ? "es" : "", (double)untold.ns / 1e6));
}

void capture__note_children(uint32_t n, const char *why, struct profile *p)
{
	if (n)
		profile__take_note(p, xasprintf("%u child process%s not followed%s", n,
						n > 1 ? "es were" : " was", why));
}
