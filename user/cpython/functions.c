/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Each code object is read once, however many frames it has. */
#include "cpython/functions.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shared.h"
#include "cpython/lines.h"

#define WARM_BYTES (64u << 10)

/* Open addressing: a code object's address to its place in v, plus one. */
struct found {
	uint32_t *slots, mask;
};

struct py_functions *py_functions__new(void)
{
	struct py_functions *all = shared__new(sizeof(*all));

	if (all) {
		strcpy(all->text, "?");
		all->used = 2;
	}
	return all;
}

void py_functions__free(struct py_functions *all)
{
	shared__free(all, sizeof(*all));
}

void py_functions__warm(struct py_functions *all)
{
	shared__warm(all->v, WARM_BYTES);
	shared__warm(all->text, WARM_BYTES);
}

static struct found found_for(uint32_t frames)
{
	uint32_t n = 64, most = frames < PY_FUNCTIONS_MAX ? frames : PY_FUNCTIONS_MAX;

	while (n < 2 * most)
		n *= 2;
	return (struct found){xcalloc(n, sizeof(uint32_t)), n - 1};
}

static uint32_t *slot_of(const struct found *found, const struct py_functions *all, uint64_t code)
{
	uint32_t i = (code >> 4) * 0x9e3779b97f4a7c15ull >> 40;

	for (i &= found->mask; found->slots[i]; i = (i + 1) & found->mask) {
		if (all->v[found->slots[i] - 1].code == code)
			break;
	}
	return &found->slots[i];
}

static uint32_t keep(struct py_functions *all, const char *text)
{
	size_t size = strlen(text) + 1;
	uint32_t at = all->used;

	if (size > PY_TEXT_MAX - all->used)
		return 0;
	memcpy(all->text + at, text, size);
	all->used += size;
	return at;
}

static void read_function(struct py_functions *all, struct py_live *live, struct py_function *f)
{
	struct py_code code;

	if (!py_code__read(live, f->code, &code))
		return;
	f->file = keep(all, code.file);
	f->name = keep(all, code.qualname ? code.qualname : code.name);
	f->first_line = code.first_line;
	py_code__free(&code);
}

/* NULL: there is no room for one more. */
static struct py_function *function_of(struct py_functions *all, const struct found *found,
				       struct py_live *live, uint64_t code)
{
	uint32_t *slot = slot_of(found, all, code);
	struct py_function *f;

	if (*slot)
		return &all->v[*slot - 1];
	if (all->n == PY_FUNCTIONS_MAX)
		return NULL;
	f = &all->v[all->n++];
	*slot = all->n;
	*f = (struct py_function){.code = code, .at = INT32_MIN};
	read_function(all, live, f);
	return f;
}

void py_functions__read(struct py_functions *all, struct py_stacks *s, struct py_live *live)
{
	struct found found = found_for(s->nframes);

	for (uint32_t i = 0; i < s->nframes; i++) {
		struct py_frame *frame = &s->frames[i];
		struct py_function *f = function_of(all, &found, live, frame->code);

		if (!f)
			continue;
		if (f->at != frame->at) {
			f->at = frame->at;
			f->line = py_lines__of(live, f->code, f->at);
		}
		frame->function = f - all->v + 1;
		frame->line = f->line;
	}
	free(found.slots);
}
