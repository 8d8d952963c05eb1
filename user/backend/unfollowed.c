/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a profile says of children that nobody follows. */
#include "backend/capture.h"
#include "base/mem.h"
#include "model/profile.h"

void capture__note_children(uint32_t n, const char *why, struct profile *p)
{
	if (n)
		profile__take_note(p, xasprintf("%u child process%s not followed%s", n,
						n > 1 ? "es were" : " was", why));
}
