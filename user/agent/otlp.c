/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Element 0 of each table is empty, and stands for none. */
#include "agent/otlp.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/protobuf.h"
#include "bpfprof/version.h"
#include "model/clock.h"
#include "model/paths.h"

/* Field numbers of its messages. */
enum { REQUEST_RESOURCE_PROFILES = 1, REQUEST_DICTIONARY = 2 };
enum { RESOURCE_RESOURCE = 1, RESOURCE_SCOPE_PROFILES = 2, RESOURCE_ATTRIBUTE = 1 };
enum { SCOPE_SCOPE = 1, SCOPE_PROFILES = 2, SCOPE_NAME = 1, SCOPE_VERSION = 2 };
enum { KEY_KEY = 1, KEY_VALUE = 2, VALUE_STRING = 1, VALUE_INT = 3 };
enum {
	DICTIONARY_MAPPING = 1,
	DICTIONARY_LOCATION = 2,
	DICTIONARY_FUNCTION = 3,
	DICTIONARY_LINK = 4,
	DICTIONARY_STRING = 5,
	DICTIONARY_ATTRIBUTE = 6,
	DICTIONARY_STACK = 7
};
enum {
	PROFILE_TYPE = 1,
	PROFILE_SAMPLES = 2,
	PROFILE_TIME = 3,
	PROFILE_DURATION = 4,
	PROFILE_PERIOD_TYPE = 5,
	PROFILE_PERIOD = 6,
	PROFILE_ID = 7
};
enum { TYPE_TYPE = 1, TYPE_UNIT = 2, SAMPLE_STACK = 1, SAMPLE_VALUES = 4, STACK_LOCATIONS = 1 };
enum { LOCATION_LINES = 3, LINE_FUNCTION = 1, LINE_LINE = 2, LINK_TRACE = 1, LINK_SPAN = 2 };
enum { FUNCTION_NAME = 1, FUNCTION_SYSTEM_NAME = 2, FUNCTION_FILE = 3, FUNCTION_LINE = 4 };

/* Of each function two texts, and of each kind of value two, behind "" and these. */
enum { TEXT_NONE, TEXT_WALL, TEXT_NANOSECONDS, TEXT_COUNT, TEXT_CALLS, TEXT_OWN, TEXTS };
static const char *const texts[TEXTS] = {"", "wall", "nanoseconds", "count", "calls", "own"};

#define DEEPEST 200 /* frames of a stack: beyond, the outermost are left out */

struct otlp {
	const struct parcel *parcel;
	const struct profile *p;
	struct bytes dictionary, part, of_part;
	/* What a sample is: a stack, which is the element of the table after this number. */
	struct prof_stat *stats;
	size_t nstats;
	const struct prof_clock *clocks[PROF_CLOCK_PARTS];
	size_t nclocks;
};

/* --- the dictionary ----------------------------------------------------------------------------
 */

static void put_nothing(struct otlp *o, int field)
{
	protobuf__message(&o->dictionary, field, &o->part);
}

static void put_link(struct otlp *o)
{
	static const char zeros[16];

	protobuf__bytes(&o->part, LINK_TRACE, zeros, 16);
	protobuf__bytes(&o->part, LINK_SPAN, zeros, 8);
	protobuf__message(&o->dictionary, DICTIONARY_LINK, &o->part);
}

static void put_function(struct otlp *o, size_t i)
{
	const struct prof_func *f = &o->p->funcs[i];
	const uint64_t at = TEXTS + PROF_CLOCK_PARTS + 2 * i;

	protobuf__text(&o->dictionary, DICTIONARY_STRING, prof_func__full_name(f));
	protobuf__text(&o->dictionary, DICTIONARY_STRING, f->file);
	protobuf__number(&o->part, FUNCTION_NAME, at);
	protobuf__number(&o->part, FUNCTION_SYSTEM_NAME, at);
	protobuf__number(&o->part, FUNCTION_FILE, at + 1);
	protobuf__number(&o->part, FUNCTION_LINE, f->line);
	protobuf__message(&o->dictionary, DICTIONARY_FUNCTION, &o->part);
	protobuf__number(&o->of_part, LINE_FUNCTION, i + 1);
	protobuf__number(&o->of_part, LINE_LINE, f->line);
	protobuf__message(&o->part, LOCATION_LINES, &o->of_part);
	protobuf__message(&o->dictionary, DICTIONARY_LOCATION, &o->part);
}

/* That of which the locations were put, where anything was counted on it. */
static void put_stack(struct otlp *o, const struct prof_stat *st)
{
	if (!st->ncalls && st->tottime_ns <= 0) {
		o->of_part.n = 0;
		return;
	}
	protobuf__message(&o->part, STACK_LOCATIONS, &o->of_part);
	protobuf__message(&o->dictionary, DICTIONARY_STACK, &o->part);
	*ARR_PUSH(o->stats, o->nstats) = *st;
}

static void put_paths(struct otlp *o)
{
	const struct profile *p = o->p;

	for (size_t i = 0; i < p->npaths; i++) {
		size_t depth = 0;

		for (uint32_t at = i; at < PROF_FOLDED && depth < DEEPEST; at = p->paths[at].parent)
			protobuf__varint(&o->of_part, p->paths[at].func + 1), depth++;
		put_stack(o, &p->paths[i].stat);
	}
}

/* Call paths, and of each function what is on none. */
static void put_stacks(struct otlp *o)
{
	struct prof_stat *rest = paths__remainder(o->p);

	put_nothing(o, DICTIONARY_STACK);
	put_paths(o);
	for (size_t i = 0; i < o->p->nfuncs; i++) {
		protobuf__varint(&o->of_part, i + 1);
		put_stack(o, &rest[i]);
	}
	free(rest);
}

static void put_dictionary(struct otlp *o)
{
	put_nothing(o, DICTIONARY_MAPPING);
	put_nothing(o, DICTIONARY_LOCATION);
	put_nothing(o, DICTIONARY_FUNCTION);
	put_nothing(o, DICTIONARY_ATTRIBUTE);
	put_link(o);
	for (size_t i = 0; i < TEXTS; i++)
		protobuf__text(&o->dictionary, DICTIONARY_STRING, texts[i]);
	for (size_t i = 0; i < PROF_CLOCK_PARTS; i++)
		protobuf__text(&o->dictionary, DICTIONARY_STRING,
			       i < o->nclocks ? o->clocks[i]->name : "");
	for (size_t i = 0; i < o->p->nfuncs; i++)
		put_function(o, i);
	put_stacks(o);
}

/* --- profiles ----------------------------------------------------------------------------------
 */

static void put_type(struct bytes *to, int field, uint64_t type, uint64_t unit)
{
	struct bytes b = {0};

	protobuf__number(&b, TYPE_TYPE, type);
	protobuf__number(&b, TYPE_UNIT, unit);
	protobuf__message(to, field, &b);
	free(b.v);
}

static uint64_t value_of(const struct otlp *o, size_t kind, const struct prof_stat *st)
{
	int64_t value = kind ? prof_clock__own(o->clocks[kind - 1], st) : (int64_t)st->ncalls;

	return value > 0 ? value : 0;
}

static void put_id(struct otlp *o, struct bytes *to, size_t kind)
{
	unsigned char id[16] = {0};

	for (size_t i = 0, n = 0; o->parcel->id[i] && n < 32; i++) {
		const char c = o->parcel->id[i];

		if (c == '-')
			continue;
		id[n / 2] |= (c >= 'a' ? c - 'a' + 10 : c - '0') << (n % 2 ? 0 : 4);
		n++;
	}
	id[15] ^= kind;
	protobuf__bytes(to, PROFILE_ID, id, sizeof(id));
}

/* Kind 0 are calls, 1 is own time, the others are what that consists of. */
static void put_profile(struct otlp *o, struct bytes *to, size_t kind)
{
	struct bytes b = {0};

	put_type(&b, PROFILE_TYPE, kind < 2 ? TEXT_CALLS + kind : TEXTS + kind - 1,
		 kind ? TEXT_NANOSECONDS : TEXT_COUNT);
	for (size_t i = 0; i < o->nstats; i++) {
		uint64_t value = value_of(o, kind, &o->stats[i]);

		if (!value)
			continue;
		protobuf__number(&o->part, SAMPLE_STACK, i + 1);
		protobuf__varint(&o->of_part, value);
		protobuf__message(&o->part, SAMPLE_VALUES, &o->of_part);
		protobuf__message(&b, PROFILE_SAMPLES, &o->part);
	}
	protobuf__fixed64(&b, PROFILE_TIME, o->parcel->start_ns);
	protobuf__number(&b, PROFILE_DURATION, o->p->target.duration_ns);
	put_type(&b, PROFILE_PERIOD_TYPE, TEXT_WALL, TEXT_NANOSECONDS);
	protobuf__number(&b, PROFILE_PERIOD, 1);
	put_id(o, &b, kind);
	protobuf__message(to, SCOPE_PROFILES, &b);
	free(b.v);
}

/* --- whose -------------------------------------------------------------------------------------
 */

static const char *const names[][2] = {
	{LABEL_SERVICE, "service.name"},
	{LABEL_VERSION, "service.version"},
	{LABEL_HOST, "host.name"},
	{LABEL_PID, "process.pid"},
	{LABEL_CONTAINER, "container.id"},
	{LABEL_POD, "k8s.pod.uid"},
	{LABEL_PYTHON, "process.runtime.version"},
};

static const char *name_of(const char *label)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcmp(names[i][0], label))
			return names[i][1];
	}
	return label;
}

static void put_attribute(struct otlp *o, struct bytes *to, const char *name, const char *value)
{
	protobuf__text(&o->part, KEY_KEY, name);
	if (!strcmp(name, "process.pid"))
		protobuf__number(&o->of_part, VALUE_INT, strtoull(value, NULL, 10));
	else
		protobuf__text(&o->of_part, VALUE_STRING, value);
	protobuf__message(&o->part, KEY_VALUE, &o->of_part);
	protobuf__message(to, RESOURCE_ATTRIBUTE, &o->part);
}

static void put_resource(struct otlp *o, struct bytes *to)
{
	const struct label_set *labels = &o->parcel->labels;
	struct bytes b = {0};

	for (size_t i = 0; i < labels->n; i++)
		put_attribute(o, &b, name_of(labels->v[i].name), labels->v[i].value);
	put_attribute(o, &b, "process.runtime.name", "CPython");
	protobuf__message(to, RESOURCE_RESOURCE, &b);
	free(b.v);
}

static void put_scope(struct otlp *o, struct bytes *to)
{
	struct bytes b = {0};

	protobuf__text(&o->part, SCOPE_NAME, "bpfprof");
	protobuf__text(&o->part, SCOPE_VERSION, BPFPROF_VERSION);
	protobuf__message(&b, SCOPE_SCOPE, &o->part);
	for (size_t kind = 0; kind <= o->nclocks; kind++)
		put_profile(o, &b, kind);
	protobuf__message(to, RESOURCE_SCOPE_PROFILES, &b);
	free(b.v);
}

char *otlp__render(const struct parcel *parcel, const struct profile *p, size_t *size)
{
	struct otlp o = {.parcel = parcel, .p = p};
	struct bytes request = {0}, resource = {0};

	o.nclocks = prof_clock__parts(p, o.clocks);
	put_dictionary(&o);
	put_resource(&o, &resource);
	put_scope(&o, &resource);
	protobuf__message(&request, REQUEST_RESOURCE_PROFILES, &resource);
	protobuf__message(&request, REQUEST_DICTIONARY, &o.dictionary);
	free(resource.v);
	free(o.dictionary.v);
	free(o.part.v);
	free(o.of_part.v);
	free(o.stats);
	*size = request.n;
	return (char *)request.v;
}
