/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lives of coroutines to JSON and back. */
#include "report/life_json.h"

#include <stddef.h>
#include <stdint.h>

/* None is below zero. */
static const struct {
	const char *name;
	size_t at;
	json_int_t most;
} members[] = {
#define COUNT(name) {LIFE_COUNT_NAME(name), offsetof(struct prof_life, name), PROF_COUNT_MAX},
#define TIME(name)  {LIFE_TIME_NAME(name), offsetof(struct prof_life, name##_ns), PROF_NS_MAX},
	PROF_LIFE_MEMBERS(COUNT, TIME)
#undef COUNT
#undef TIME
};

#define MEMBERS (sizeof(members) / sizeof(*members))

void life_json__tell(const struct prof_life *life, const struct fields *f, void *to)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		int64_t value = *(const int64_t *)((const char *)life + members[i].at);

		f->number(to, members[i].name, value);
	}
	f->number(to, "suspended_ns", prof_life__suspended(life));
}

int life_json__load(struct prof_life *life, const json_t *row)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		const json_t *v = json_object_get(row, members[i].name);
		json_int_t value = v ? json_integer_value(v) : 0;

		if ((v && !json_is_integer(v)) || value < 0 || value > members[i].most)
			return -1;
		*(int64_t *)((char *)life + members[i].at) = value;
	}
	return 0;
}
