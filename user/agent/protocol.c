/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The field numbers and names are those that the servers publish. */
#include "agent/protocol.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/otlp.h"
#include "base/base64.h"
#include "base/log.h"
#include "base/mem.h"
#include "report/jsonout.h"

#define PROFILE_NAME "bpfprof" /* beside a label __name__ the kinds of values are told apart */

static void put_string(struct bytes *b, const char *text)
{
	while (*text)
		*ARR_PUSH(b->v, b->n) = *text++;
}

/* --- Pyroscope, Push ---------------------------------------------------------------------------
 */

enum { PUSH_SERIES = 1, SERIES_LABELS = 1, SERIES_SAMPLES = 2 };
enum { LABEL_NAME = 1, LABEL_VALUE = 2, SAMPLE_PROFILE = 1, SAMPLE_ID = 2 };

static void push_label(struct bytes *series, const char *name, const char *value)
{
	struct bytes label = {0};

	protobuf__text(&label, LABEL_NAME, name);
	protobuf__text(&label, LABEL_VALUE, value);
	protobuf__message(series, SERIES_LABELS, &label);
	free(label.v);
}

static void push_body(struct bytes *b, const struct parcel *p)
{
	struct bytes series = {0}, sample = {0};

	push_label(&series, "__name__", PROFILE_NAME);
	for (size_t i = 0; i < p->labels.n; i++)
		push_label(&series, p->labels.v[i].name, p->labels.v[i].value);
	protobuf__bytes(&sample, SAMPLE_PROFILE, p->body, p->size);
	protobuf__text(&sample, SAMPLE_ID, p->id);
	protobuf__message(&series, SERIES_SAMPLES, &sample);
	protobuf__message(b, PUSH_SERIES, &series);
	free(series.v);
	free(sample.v);
}

/* --- Pyroscope, /ingest ------------------------------------------------------------------------
 */

/* Percent-encodes what a query cannot hold, after what would end a label there was replaced. */
static void put_query_text(struct bytes *b, const char *text)
{
	for (; *text; text++) {
		const unsigned char c = strchr(",{}=\"\\", *text) ? '_' : *text;
		char hex[4];

		if (isalnum(c) || strchr("-_.~", c)) {
			*ARR_PUSH(b->v, b->n) = c;
		} else {
			snprintf(hex, sizeof(hex), "%%%02X", c);
			put_string(b, hex);
		}
	}
}

static char *ingest_query(const struct parcel *p)
{
	const char *service = label_set__get(&p->labels, LABEL_SERVICE), *between = "%7B";
	struct bytes b = {0};
	char *times = xasprintf("&from=%" PRIu64 "&until=%" PRIu64, p->start_ns / 1000000000,
				p->end_ns / 1000000000);

	put_string(&b, "name=");
	put_query_text(&b, service ? service : PROFILE_NAME);
	for (size_t i = 0; i < p->labels.n; i++) {
		if (!strcmp(p->labels.v[i].name, LABEL_SERVICE))
			continue;
		put_string(&b, between);
		put_query_text(&b, p->labels.v[i].name);
		put_string(&b, "%3D");
		put_query_text(&b, p->labels.v[i].value);
		between = "%2C";
	}
	put_string(&b, *between == '%' && between[1] == '2' ? "%7D" : "");
	put_string(&b, times);
	put_string(&b, "&format=pprof&spyName=" PROFILE_NAME);
	*ARR_PUSH(b.v, b.n) = '\0';
	free(times);
	return (char *)b.v;
}

/* --- Parca, which takes its message as JSON ----------------------------------------------------
 */

static void put_base64(struct bytes *b, const unsigned char *v, size_t n)
{
	char group[4];

	for (size_t i = 0; i < n; i += 3) {
		base64__group(v + i, n - i, group);
		for (size_t k = 0; k < sizeof(group); k++)
			*ARR_PUSH(b->v, b->n) = group[k];
	}
}

static json_t *parca_label(const char *name, const char *value)
{
	return json_pack("{s:s, s:s}", "name", name, "value", value);
}

static char *parca_labels(const struct label_set *set)
{
	json_t *all = json_pack("[o]", parca_label("__name__", PROFILE_NAME));

	for (size_t i = 0; i < set->n; i++)
		json_array_append_new(all, parca_label(set->v[i].name, set->v[i].value));
	return json__text(all);
}

/* The profile, of megabytes, goes straight to where it is sent from. */
static void parca_body(struct bytes *b, const struct parcel *p)
{
	char *labels = parca_labels(&p->labels);

	put_string(b, "{\"series\":[{\"labels\":{\"labels\":");
	put_string(b, labels);
	put_string(b, "},\"samples\":[{\"rawProfile\":\"");
	put_base64(b, (const unsigned char *)p->body, p->size);
	put_string(b, "\"}]}]}");
	free(labels);
}

/* --- which -------------------------------------------------------------------------------------
 */

static char *render_pprof(const struct agent_plan *plan, const struct parcel *parcel,
			  const struct profile *p, size_t *size)
{
	(void)parcel;
	return plan->render(plan->arg, "pprof", p, size);
}

static char *render_otlp(const struct agent_plan *plan, const struct parcel *parcel,
			 const struct profile *p, size_t *size)
{
	struct profile *shown = plan->shown(plan->arg, p);
	char *body = otlp__render(parcel, shown, size);

	profile__free(shown);
	return body;
}

#define PPROF .kind = "pprof", .render = render_pprof
#define OTLP  .kind = "otlp", .render = render_otlp

static const struct protocol protocols[] = {
	{PPROF, .name = "Pyroscope", .path = "/push.v1.PusherService/Push",
	 .type = "application/proto", .header = "Connect-Protocol-Version: 1", .body = push_body},
	{PPROF, .name = "Pyroscope", .path = "/ingest", .type = "application/octet-stream",
	 .query = ingest_query},
	{PPROF, .name = "Parca", .path = "/profiles/writeraw", .type = "application/json",
	 .body = parca_body},
	{OTLP, .name = "OpenTelemetry", .path = "/v1development/profiles",
	 .type = "application/x-protobuf"},
};

#define PROTOCOLS (sizeof(protocols) / sizeof(*protocols))

/* To the last @, for a password may hold what ends a host. */
char *url__shown(const char *url)
{
	const char *scheme_end = strstr(url, "://"), *at = strrchr(url, '@');
	const int scheme = scheme_end ? (int)(scheme_end + 3 - url) : 0;

	return at && at >= url + scheme ? xasprintf("%.*s%s", scheme, url, at + 1) : xstrdup(url);
}

static void unknown(const char *url)
{
	char *all = NULL, *one;

	for (size_t i = 0; i < PROTOCOLS; i++) {
		one = xasprintf("%s (%s)", protocols[i].path, protocols[i].name);
		all = xlist(all, one);
		free(one);
	}
	err("--push %s: its path ends in none that is known; one of %s", url, all);
	free(all);
}

static void no_url(const char *url)
{
	err("--push %s: not http:// or https://, a host and a path alone", url);
}

/* One line on the URL. */
static const struct protocol *refuse(const char *url, void (*say)(const char *shown))
{
	char *shown = url__shown(url);

	say(shown);
	free(shown);
	return NULL;
}

const struct protocol *protocol__of(const char *url)
{
	const size_t n = strlen(url);

	if ((strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) ||
	    strpbrk(url, "?# \t\r\n"))
		return refuse(url, no_url);
	for (size_t i = 0; i < PROTOCOLS; i++) {
		const size_t k = strlen(protocols[i].path);

		if (n > k && !strcmp(url + n - k, protocols[i].path))
			return &protocols[i];
	}
	return refuse(url, unknown);
}
