/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Requests and their answers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "live/serve_state.h"
#include "model/window.h"
#include "report/report.h"

#define SPANS	  64u	 /* requests at a time that wait for their span */
#define FOLLOWERS 32u	 /* of the stream: each may keep a reading of its own */
#define SPAN_MAX  3600.0 /* seconds */
#define BLOCK	  (64u * 1024)

/* --- answers -----------------------------------------------------------------------------------
 */

static struct MHD_Response *of_text(char *text, size_t size, const char *type)
{
	struct MHD_Response *response =
		httpd.create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE);

	httpd.add_response_header(response, "Content-Type", type);
	httpd.add_response_header(response, "Cache-Control", "no-store");
	httpd.add_response_header(response, "X-Content-Type-Options", "nosniff");
	return response;
}

static enum MHD_Result answer(struct request *r, unsigned int status, struct MHD_Response *response)
{
	enum MHD_Result result = httpd.queue_response(r->connection, status, response);

	httpd.destroy_response(response);
	return result;
}

/* Why there is no other answer, in a line. */
static enum MHD_Result refuse(struct request *r, unsigned int status, const char *why)
{
	char *text = xasprintf("%s\n", why);
	struct MHD_Response *response = of_text(text, strlen(text), "text/plain");

	if (status == MHD_HTTP_UNAUTHORIZED)
		httpd.add_response_header(response, "WWW-Authenticate", "Bearer");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		httpd.add_response_header(response, "Retry-After", "1");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		httpd.add_response_header(response, "Allow", "GET, HEAD");
	return answer(r, status, response);
}

static enum MHD_Result no_reading(struct request *r)
{
	return refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE,
		      "nothing has been read yet; ask again in a moment");
}

/* --- the endpoints -----------------------------------------------------------------------------
 */

struct endpoint {
	const char *path, *help;
	const char *format; /* of the report; NULL: it is none */
	const char *type;
	enum MHD_Result (*run)(struct request *r);
};

static enum MHD_Result answer_index(struct request *r);
static enum MHD_Result answer_metrics(struct request *r);
static enum MHD_Result answer_latest(struct request *r);
static enum MHD_Result answer_span(struct request *r);
static enum MHD_Result answer_events(struct request *r);

static const struct endpoint endpoints[SERVE_ENDPOINTS] = {
	{"/", "this list", NULL, "text/plain", answer_index},
	{"/metrics", "counters for Prometheus", NULL, NULL, answer_metrics},
	{"/profile.json", "the profile since the start", "json", "application/json", answer_latest},
	{"/profile.pb.gz", "the same for pprof", "pprof", "application/octet-stream",
	 answer_latest},
	{"/report.html", "the same as a page", "html", "text/html; charset=utf-8", answer_latest},
	{"/debug/pprof/profile",
	 "for pprof, of the next ?seconds=N alone; without, since the start", "pprof",
	 "application/octet-stream", answer_span},
	{"/events", "what happens from now on, a JSON object a line", NULL, "application/x-ndjson",
	 answer_events},
};

static bool is_there(const struct endpoint *e)
{
	return !e->format || report__by_name(e->format);
}

static const struct endpoint *endpoint_of(const char *url)
{
	for (const struct endpoint *e = endpoints; e->path; e++) {
		if (!strcmp(e->path, url) && is_there(e))
			return e;
	}
	return NULL;
}

static enum MHD_Result answer_index(struct request *r)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return MHD_NO;
	for (const struct endpoint *e = endpoints; e->path; e++) {
		if (is_there(e))
			fprintf(out, "%-22s %s\n", e->path, e->help);
	}
	fclose(out);
	return answer(r, MHD_HTTP_OK, of_text(text, size, r->e->type));
}

static struct reading *keep_latest(struct serve *s)
{
	struct reading *latest;

	pthread_mutex_lock(&s->lock);
	latest = serve__keep_latest(s);
	pthread_mutex_unlock(&s->lock);
	return latest;
}

static void drop(struct serve *s, struct reading *reading)
{
	pthread_mutex_lock(&s->lock);
	serve__drop(reading);
	pthread_mutex_unlock(&s->lock);
}

static enum MHD_Result answer_metrics(struct request *r)
{
	const char *accepts =
		httpd.lookup_connection_value(r->connection, MHD_HEADER_KIND, "Accept");
	bool openmetrics = accepts && strstr(accepts, "application/openmetrics-text");
	struct reading *latest = keep_latest(r->s);
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!latest)
		return no_reading(r);
	drop(r->s, latest);
	out = open_memstream(&text, &size);
	if (!out)
		return MHD_NO;
	pthread_mutex_lock(&r->s->counting);
	serve_counters__write(r->s->counters, openmetrics, out);
	pthread_mutex_unlock(&r->s->counting);
	fclose(out);
	return answer(r, MHD_HTTP_OK,
		      of_text(text, size,
			      openmetrics ? "application/openmetrics-text; version=1.0.0; "
					    "charset=utf-8"
					  : "text/plain; version=0.0.4; charset=utf-8"));
}

static struct MHD_Response *rendered(const struct request *r, const struct profile *p)
{
	size_t size;
	char *text = r->s->plan.render(r->s->plan.arg, r->e->format, p, &size);

	return text ? of_text(text, size, r->e->type) : NULL;
}

/* Hundreds may ask for the same: it is made once for each reading. */
static struct MHD_Response *made(struct request *r, const struct reading *latest)
{
	struct serve *s = r->s;
	size_t i = r->e - endpoints;

	if (s->made[i].response && s->made[i].number == latest->number)
		return s->made[i].response;
	if (s->made[i].response)
		httpd.destroy_response(s->made[i].response);
	s->made[i].response = rendered(r, latest->p);
	s->made[i].number = latest->number;
	return s->made[i].response;
}

void serve__forget_answers(struct serve *s)
{
	for (size_t i = 0; i < SERVE_ENDPOINTS; i++) {
		if (s->made[i].response)
			httpd.destroy_response(s->made[i].response);
	}
}

static enum MHD_Result answer_latest(struct request *r)
{
	struct reading *latest = keep_latest(r->s);
	struct MHD_Response *response;

	if (!latest)
		return no_reading(r);
	response = made(r, latest);
	drop(r->s, latest);
	if (!response)
		return refuse(r, MHD_HTTP_NOT_FOUND, "nothing was counted that it could hold");
	return httpd.queue_response(r->connection, MHD_HTTP_OK, response);
}

/* --- spans -------------------------------------------------------------------------------------
 */

/* From ?seconds=: 0 where there is none, NAN where it is not right. */
static double seconds_of(struct request *r)
{
	const char *value =
		httpd.lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "seconds");
	char *end;
	double seconds = value ? strtod(value, &end) : 0;

	if (value && (end == value || *end || !(seconds > 0 && seconds <= SPAN_MAX)))
		return NAN;
	return seconds;
}

/* The span begins with the last reading. */
static enum MHD_Result begin_span(struct request *r, double seconds)
{
	struct serve *s = r->s;
	bool full;

	pthread_mutex_lock(&s->lock);
	full = s->spans >= SPANS;
	if (s->latest && !full) {
		s->spans++;
		r->since = serve__keep_latest(s);
		r->due_ns = r->since->p->target.duration_ns + (uint64_t)(seconds * 1e9);
		serve__wait(r);
	}
	pthread_mutex_unlock(&s->lock);
	if (full)
		return refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE,
			      "too many wait for their span already; ask later");
	return r->since ? MHD_YES : no_reading(r);
}

static enum MHD_Result end_span(struct request *r)
{
	struct reading *latest = keep_latest(r->s);
	struct profile *span = profile__since(latest->p, r->since->p);
	struct MHD_Response *response = rendered(r, span);

	profile__free(span);
	drop(r->s, latest);
	if (!response)
		return refuse(r, MHD_HTTP_NOT_FOUND, "nothing was counted that it could hold");
	return answer(r, MHD_HTTP_OK, response);
}

static enum MHD_Result answer_span(struct request *r)
{
	double seconds;

	if (r->since)
		return end_span(r);
	seconds = seconds_of(r);
	if (isnan(seconds))
		return refuse(r, MHD_HTTP_BAD_REQUEST, "seconds: not a number above 0, up to 3600");
	return seconds > 0 ? begin_span(r, seconds) : answer_latest(r);
}

/* --- the stream --------------------------------------------------------------------------------
 */

static enum MHD_Result answer_events(struct request *r)
{
	struct serve *s = r->s;
	struct MHD_Response *response;

	pthread_mutex_lock(&s->lock);
	r->follows = s->followers < FOLLOWERS;
	s->followers += r->follows;
	pthread_mutex_unlock(&s->lock);
	if (!r->follows)
		return refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "too many follow already");
	response = httpd.create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, serve__follow, r,
						       NULL);
	httpd.add_response_header(response, "Content-Type", r->e->type);
	httpd.add_response_header(response, "Cache-Control", "no-store");
	return answer(r, MHD_HTTP_OK, response);
}

/* --- requests ----------------------------------------------------------------------------------
 */

static enum MHD_Result check(struct request *r, const char *url, const char *method)
{
	struct MHD_Connection *c = r->connection;
	unsigned int status = serve_guard__check(
		&r->s->guard, httpd.lookup_connection_value(c, MHD_HEADER_KIND, "Host"),
		httpd.lookup_connection_value(c, MHD_HEADER_KIND, "Origin"),
		httpd.lookup_connection_value(c, MHD_HEADER_KIND, "Authorization"));

	if (status == MHD_HTTP_UNAUTHORIZED)
		return refuse(r, status, "bear the token: Authorization: Bearer TOKEN");
	if (status)
		return refuse(r, status, "ask by this machine's name, and not from another page");
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return refuse(r, MHD_HTTP_METHOD_NOT_ALLOWED, "there is nothing to be changed");
	r->e = endpoint_of(url);
	return r->e ? r->e->run(r)
		    : refuse(r, MHD_HTTP_NOT_FOUND, "no such thing; / lists what there is");
}

enum MHD_Result serve__answer(void *arg, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **request)
{
	struct request *r = *request;

	(void)version;
	(void)upload;
	if (!r) {
		r = xcalloc(1, sizeof(*r));
		*r = (struct request){.s = arg, .connection = connection};
		*request = r;
		return MHD_YES;
	}
	if (*upload_size) {
		*upload_size = 0; /* read, and forgotten */
		return MHD_YES;
	}
	return r->e ? r->e->run(r) : check(r, url, method);
}

void serve__completed(void *arg, struct MHD_Connection *connection, void **request,
		      enum MHD_RequestTerminationCode how)
{
	struct request *r = *request;

	(void)arg;
	(void)connection;
	(void)how;
	if (!r)
		return;
	pthread_mutex_lock(&r->s->lock);
	if (r->follows || r->since)
		serve__leave(r);
	pthread_mutex_unlock(&r->s->lock);
	free(r->line);
	free(r);
	*request = NULL;
}
