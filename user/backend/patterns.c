/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Functions that the user wants as blocks: what the profile says of them. */
#include <stdlib.h>
#include <string.h>

#include "backend/capture.h"
#include "base/mem.h"
#include "model/profile.h"

void capture__name_tracks(const struct blocks_opts *blocks, struct profile *p)
{
	for (uint32_t i = 0; i < blocks->npatterns; i++) {
		uint32_t track = profile__track(p, NULL, blocks->patterns[i].track - 1);

		prof_track__name(&p->tracks[track], blocks->names[i]);
	}
}

/* The file is the end of a path, the name plain or qualified. */
static bool matches(const struct acc_pattern *pat, const struct prof_func *f)
{
	size_t n = strlen(f->file);
	const char *file = f->file + n - pat->file_bytes;
	const char *name = (const char *)pat->text + pat->file_bytes;

	if (n < pat->file_bytes || memcmp(file, pat->text, pat->file_bytes) ||
	    (n > pat->file_bytes && file[-1] != '/'))
		return false;
	return (strlen(f->name) == pat->name_bytes && !memcmp(f->name, name, pat->name_bytes)) ||
	       (f->qualname && strlen(f->qualname) == pat->name_bytes &&
		!memcmp(f->qualname, name, pat->name_bytes));
}

static bool is_in_profile(const struct acc_pattern *pat, const struct profile *p)
{
	for (size_t i = 0; i < p->nfuncs; i++) {
		if (matches(pat, &p->funcs[i]))
			return true;
	}
	return false;
}

void capture__note_patterns(const struct blocks_opts *blocks, struct profile *p)
{
	for (uint32_t i = 0; i < blocks->npatterns; i++) {
		const struct acc_pattern *pat = &blocks->patterns[i];
		char *note;

		if (is_in_profile(pat, p))
			continue;
		note = xasprintf("--track %u: no function %.*s of a file %.*s was called",
				 pat->track - 1, pat->name_bytes, pat->text + pat->file_bytes,
				 pat->file_bytes, pat->text);
		profile__take_note(p, note);
	}
}
