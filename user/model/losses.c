/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a profile says of itself: what it has lost, and what is to be known of it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/profile.h"

void profile__add_loss(struct profile *p, const char *name, const char *text, uint64_t count)
{
	struct prof_loss *loss = NULL;

	if (!count)
		return;
	for (size_t i = 0; i < p->nlosses; i++) {
		if (!strcmp(p->losses[i].name, name))
			loss = &p->losses[i];
	}
	if (!loss) {
		loss = ARR_PUSH(p->losses, p->nlosses);
		loss->name = xstrdup(name);
		loss->text = xstrdup(text);
	}
	loss->count = prof_count(loss->count + prof_count(count));
}

void profile__add_note(struct profile *p, const char *note)
{
	for (size_t i = 0; i < p->nnotes; i++) {
		if (!strcmp(p->notes[i], note))
			return;
	}
	*ARR_PUSH(p->notes, p->nnotes) = xstrdup(note);
}

void profile__take_note(struct profile *p, char *note)
{
	if (note)
		profile__add_note(p, note);
	free(note);
}
