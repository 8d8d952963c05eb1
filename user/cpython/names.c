/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* sys.modules["threading"]._active[ident]._name */
#include "cpython/names.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cpython/dicts.h"
#include "process/procmem.h"

#define INTERPRETERS_MAX 1024
#define NAMES_MAX	 16384

struct name {
	uint64_t self;	 /* what its pthread_self() returns */
	uint64_t thread; /* its object's address */
	uint64_t native; /* its number in its own pid namespace; 0: not known */
	uint64_t order;	 /* of being learned */
	char *name;
};

struct py_names {
	const struct interp *in;
	int mem;
	struct pages *pages;
	struct py_live live;
	struct name *v; /* by self, thread's address and number: one that ended leaves all but the
			   last */
	size_t n;
	bool is_inner; /* the process is in a pid namespace of its own */
};

struct py_names *py_names__new(const struct interp *in)
{
	struct py_names *names = xcalloc(1, sizeof(*names));

	names->in = in;
	names->mem = in->layout ? procmem__open(in->pid) : -1;
	names->pages = names->mem < 0 ? NULL : pages__of_process(names->mem);
	names->is_inner = procstatus__last_number(in->pid, "NSpid") != in->pid;
	if (names->pages)
		return names;
	py_names__free(names);
	return NULL;
}

void py_names__free(struct py_names *names)
{
	if (!names)
		return;
	for (size_t i = 0; i < names->n; i++)
		free(names->v[i].name);
	free(names->v);
	pages__free(names->pages);
	if (names->mem >= 0)
		close(names->mem);
	free(names);
}

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_thread(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = compare(x->self, y->self);

	if (!order)
		order = compare(x->thread, y->thread);
	return order ? order : compare(x->native, y->native);
}

/* The name as it is now; what cannot be read leaves what was known. */
static void read_name(struct py_names *names, struct name *name)
{
	uint64_t text = py_object__attribute(&names->live, name->thread, "_name");
	char *now = text ? py_live__str(&names->live, text) : NULL;

	if (!now)
		return;
	free(name->name);
	name->name = now;
}

/* The number of the thread of that object; 0: not known. */
static uint64_t native_of(struct py_names *names, uint64_t thread)
{
	uint64_t object = py_object__attribute(&names->live, thread, "_native_id"), native = 0;

	if (object)
		py_int__value(&names->live, object, &native);
	return native;
}

static void read_threads(struct py_names *names, uint64_t active, size_t known, bool anew)
{
	struct py_entries e;
	struct name name = {0};
	uint64_t key;

	if (!py_dict__open(&names->live, active, &e))
		return;
	for (uint64_t i = 0; py_dict__entry(&names->live, &e, i, &key, &name.thread); i++) {
		struct name *old;

		if (!key || !name.thread || !py_int__value(&names->live, key, &name.self))
			continue;
		name.native = native_of(names, name.thread);
		old = known ? bsearch(&name, names->v, known, sizeof(name), by_thread) : NULL;
		if (old && anew)
			read_name(names, old);
		if (old || names->n == NAMES_MAX)
			continue;
		name.order = names->n;
		read_name(names, &name);
		if (name.name)
			*ARR_PUSH(names->v, names->n) = name;
		name = (struct name){0};
	}
}

void py_names__look(struct py_names *names, bool anew)
{
	uint64_t at, interp, modules;
	struct py_live *live = names ? &names->live : NULL;
	size_t known = names ? names->n : 0;

	if (!names)
		return;
	pages__forget(names->pages);
	if (py_live__open(live, names->in, names->pages))
		return;
	at = live->runtime + live->at.runtime_head;
	for (int i = 0; i < INTERPRETERS_MAX && py_live__word(live, at, &interp) && interp; i++) {
		uint64_t module = 0;

		if (py_live__word(live, interp + live->at.interp_modules, &modules))
			module = py_dict__find(live, modules, "threading");
		read_threads(names, py_module__global(live, module, "_active"), known, anew);
		at = interp + live->at.interp_next;
	}
	if (names->n > known)
		qsort(names->v, names->n, sizeof(*names->v), by_thread);
}

/* Of those that agree, the one that was learned last. */
static const char *last_of(const struct py_names *names, uint64_t self, uint64_t native)
{
	const struct name *last = NULL;

	for (size_t i = 0; i < names->n; i++) {
		const struct name *name = &names->v[i];

		if ((self ? name->self == self : name->native == native) &&
		    (!last || name->order > last->order))
			last = name;
	}
	return last ? last->name : NULL;
}

const char *py_names__of_self(const struct py_names *names, uint64_t self)
{
	return names && self ? last_of(names, self, 0) : NULL;
}

const char *py_names__of_tid(const struct py_names *names, pid_t tid)
{
	/* of a thread that has ended, only the inner number is known */
	int inner = names && names->is_inner ? procstatus__last_number(tid, "NSpid") : 0;

	return names && tid ? last_of(names, 0, inner ? inner : tid) : NULL;
}
