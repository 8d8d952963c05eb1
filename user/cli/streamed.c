/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Record by record, each whole or not at all. */
#include "cli/streamed.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/output.h"
#include "model/window.h"
#include "report/stream.h"

static int put_tick(const struct streamed *s, const struct opts *o, const struct profile *reading,
		    const char *run, uint64_t sequence, FILE *out)
{
	struct profile *nothing = profile__new();
	struct profile *span = profile__since(reading, s->told ? s->told : nothing);
	struct profile *shown = output__streamed(o, span);
	int status = stream__tick(shown, run, sequence, out);

	profile__free(shown);
	profile__free(span);
	profile__free(nothing);
	return status;
}

/* 0, or -1 with errno. */
static int put_records(const struct streamed *s, const struct opts *o,
		       const struct profile *reading, bool last, uint64_t *sequence, FILE *out)
{
	char run[STREAM_RUN];

	stream__run(reading, run);
	if (!s->told && stream__meta(reading, run, out))
		return -1;
	*sequence += !s->told;
	if (put_tick(s, o, reading, run, (*sequence)++, out))
		return -1;
	return last ? stream__end(reading, run, (*sequence)++, out) : 0;
}

int streamed__write(struct streamed *s, const struct opts *o, const struct profile *reading,
		    bool last, struct dest *to, int stop_fd)
{
	uint64_t sequence = s->sequence;
	char *text = NULL;
	size_t size = 0;
	FILE *mem = open_memstream(&text, &size);
	int error = mem ? 0 : -errno;

	if (mem && put_records(s, o, reading, last, &sequence, mem))
		error = -errno;
	if (mem && fclose(mem) && !error)
		error = -errno;
	if (!error)
		error = dest__append(to, text, size, stop_fd);
	free(text);
	if (error)
		return error;
	profile__free(s->told);
	s->told = profile__copy(reading);
	s->sequence = sequence;
	return 0;
}

void streamed__free(struct streamed *s)
{
	profile__free(s->told);
}
