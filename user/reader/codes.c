/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Code objects to functions of a profile: their names read, once where tables are read often. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reader/parts.h"

/* The profile's function of a code object. A block is a row of its own, for it may bear the name of
 * the function that it is in; its third name is its group's. */
static uint32_t func_of_code(const struct tables *t, const struct acc_code *c, struct profile *p)
{
	char *file = name__text(t, &c->names[0]), *name = name__text(t, &c->names[1]);
	enum acc_kind kind = code__kind(c);
	char *qualname = kind == ACC_KIND_BLOCK ? NULL : name__or_null(t, &c->names[2]);
	uint32_t f;

	if (kind == ACC_KIND_BLOCK) {
		char *block = xasprintf("<block %s>", name);

		free(name);
		name = block;
	}
	f = profile__func(p, file, c->line, name, qualname);
	p->funcs[f].kind = kind;

	free(file);
	free(name);
	free(qualname);
	return f;
}

/* Those that are known already. */
static uint32_t *begin_map(const struct tables *t, const struct known_codes *known,
			   struct profile *p)
{
	uint32_t *map = xcalloc(t->size.codes, sizeof(*map));

	if (known && known->map && !p->nfuncs) {
		profile__copy_rows(p, known->names);
		memcpy(map, known->map, t->size.codes * sizeof(*map));
	} else {
		memset(map, 0xff, t->size.codes * sizeof(*map));
	}
	return map;
}

uint32_t *codes__map(const struct tables *t, const struct known_codes *known, struct profile *p)
{
	uint32_t *map = begin_map(t, known, p);

	for (__u32 i = 1; i < tables__taken(ONCE(t->ctl->funcs), t->size.funcs); i++) {
		__u32 code = ONCE(t->funcs[i].code);

		if (code && code < t->size.codes && map[code] == PROF_NONE && t->codes[code].key)
			map[code] = func_of_code(t, &t->codes[code], p);
	}
	for (__u32 i = 1; i < t->size.awaits; i++) {
		__u32 code = await__code(t, i); /* which may yet have to run */

		if (code && map[code] == PROF_NONE && t->codes[code].key)
			map[code] = func_of_code(t, &t->codes[code], p);
	}
	return map;
}

/* Another thread may be about to copy them. */
static bool has_names(const struct acc_code *c)
{
	return ONCE(c->key) && ONCE(c->names[0].state) && ONCE(c->names[1].state);
}

void known_codes__add(struct known_codes *k, const struct tables *t)
{
	if (!k->map) {
		k->names = profile__new();
		k->map = xcalloc(t->size.codes, sizeof(*k->map));
		memset(k->map, 0xff, t->size.codes * sizeof(*k->map));
	}
	for (__u32 i = 1; i < tables__taken(ONCE(t->ctl->funcs), t->size.funcs); i++) {
		__u32 code = ONCE(t->funcs[i].code);

		if (code && code < t->size.codes && k->map[code] == PROF_NONE &&
		    has_names(&t->codes[code]))
			k->map[code] = func_of_code(t, &t->codes[code], k->names);
	}
}

void known_codes__free(struct known_codes *k)
{
	profile__free(k->names);
	free(k->map);
	*k = (struct known_codes){0};
}
