/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How much worse is too much. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "model/compare.h"

static const struct {
	const char *word;
	enum figure figure;
	bool of_total;
} figures[] = {
	{"calls", FIGURE_CALLS, false}, {"ncalls", FIGURE_CALLS, false},
	{"tottime", FIGURE_OWN, false}, {"cumtime", FIGURE_CUM, false},
	{"total", FIGURE_OWN, true},
};

static const struct {
	const char *word;
	double ns;
} units[] = {{"ns", 1}, {"us", 1e3}, {"\u00b5s", 1e3}, {"ms", 1e6}, {"s", 1e9}};

/* What stands behind the number. */
static bool parse_unit(struct threshold *t, const char *unit)
{
	if (!strcmp(unit, "%"))
		return t->percent = true;
	if (t->figure == FIGURE_CALLS)
		return !*unit;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (!strcmp(units[i].word, unit)) {
			t->amount *= units[i].ns;
			return true;
		}
	}
	return false;
}

bool threshold__parse(struct threshold *t, const char *text)
{
	const char *sign = strstr(text, ">+");
	size_t i = 0;
	char *end;

	if (!sign || !isdigit((unsigned char)sign[2]))
		return false;
	while (i < sizeof(figures) / sizeof(*figures) &&
	       (strlen(figures[i].word) != (size_t)(sign - text) ||
		strncmp(figures[i].word, text, sign - text) != 0))
		i++;
	if (i == sizeof(figures) / sizeof(*figures))
		return false;
	*t = (struct threshold){
		.text = text, .figure = figures[i].figure, .of_total = figures[i].of_total};
	if (strpbrk(sign, "xX")) /* strtod takes hexadecimal */
		return false;
	t->amount = strtod(sign + 2, &end);
	return t->amount <= 1e18 && parse_unit(t, end);
}

static bool exceeds(const struct threshold *t, const struct change *c, double small)
{
	double by = change__of(c, t->figure), before = c->before[t->figure];

	if (!t->percent)
		return by > t->amount;
	if (t->figure != FIGURE_CALLS && by < small)
		return false;
	if (before <= 0) /* from nothing: more than any percentage */
		return by > 0 && !c->is_new;
	return 100 * by / before > t->amount;
}

const struct change *threshold__exceeded(const struct threshold *t, const struct changes *c,
					 size_t *n)
{
	const struct change *worst = NULL;
	const double small = changes__small(c);

	*n = 0;
	if (t->of_total) {
		*n = exceeds(t, &c->total, small);
		return *n ? &c->total : NULL;
	}
	for (size_t i = 0; i < c->n; i++) {
		if (!exceeds(t, &c->v[i], small))
			continue;
		++*n;
		if (!worst || change__of(&c->v[i], t->figure) > change__of(worst, t->figure))
			worst = &c->v[i];
	}
	return worst;
}
