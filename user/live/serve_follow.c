/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A follower of the stream gets its lines one by one, each made when the one before has been taken:
 * who is slow gets fewer and longer spans, and loses nothing. */
#include <stdlib.h>
#include <string.h>

#include "live/serve_state.h"
#include "model/bias.h"
#include "model/window.h"
#include "report/stream.h"

static int put_tick(struct request *r, const struct profile *latest, const char *run, FILE *out)
{
	const struct serve_plan *plan = &r->s->plan;
	struct profile *span = profile__since(latest, r->since->p);
	struct profile *shown = plan->shown(plan->arg, span);
	int status;

	if (shown->is_part || shown->npaths)
		profile__settle(shown);
	status = stream__tick(shown, run, ++r->sequence, out);
	profile__free(shown);
	profile__free(span);
	return status;
}

static int put_record(struct request *r, const struct reading *latest, FILE *out)
{
	char run[STREAM_RUN];

	stream__run(latest->p, run);
	if (!r->since)
		return stream__meta(latest->p, run, out);
	if (r->since != latest)
		return put_tick(r, latest->p, run, out);
	r->ends = true;
	return stream__end(latest->p, run, ++r->sequence, out);
}

/* The line of a reading that r has not been told of; takes it in the place of the last. */
static void make_line(struct request *r, struct reading *latest)
{
	struct serve *s = r->s;
	struct reading *before = r->since;
	FILE *out = open_memstream(&r->line, &r->size);
	int status = out ? put_record(r, latest, out) : -1;

	if ((out && fclose(out)) || status) {
		free(r->line);
		r->line = NULL;
	}
	pthread_mutex_lock(&s->lock);
	serve__drop(before);
	r->since = latest;
	pthread_mutex_unlock(&s->lock);
}

/* The reading to tell of next; NULL: r waits for one, or (*over) there never will be one. */
static struct reading *next_reading(struct request *r, bool *over)
{
	struct serve *s = r->s;
	struct reading *latest = NULL;

	pthread_mutex_lock(&s->lock);
	if (serve__is_due(r))
		latest = serve__keep_latest(s);
	else
		serve__wait(r);
	*over = s->ended && !latest;
	pthread_mutex_unlock(&s->lock);
	return latest;
}

ssize_t serve__follow(void *request, uint64_t pos, char *buf, size_t max)
{
	struct request *r = request;
	struct reading *latest;
	size_t n;
	bool over;

	(void)pos;
	if (!r->line) {
		if (r->ends)
			return MHD_CONTENT_READER_END_OF_STREAM;
		latest = next_reading(r, &over);
		if (!latest)
			return over ? MHD_CONTENT_READER_END_OF_STREAM : 0;
		make_line(r, latest);
	}
	if (!r->line)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = r->size - r->taken < max ? r->size - r->taken : max;
	memcpy(buf, r->line + r->taken, n);
	r->taken += n;
	if (r->taken == r->size) {
		free(r->line);
		r->line = NULL;
		r->taken = 0;
	}
	return (ssize_t)n;
}
