/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What reads the value of an option. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend/capture.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/optrows.h"
#include "model/clock.h"

int option__bad(const struct opts *o, const struct option_row *row, const char *value,
		const char *want)
{
	return err("--%s %s: not %s; see '%s'", row->name, value, want, o->see);
}

int option__flag(struct opts *o, const struct option_row *row, const char *value)
{
	(void)value;
	*(bool *)((char *)o + row->field) = true;
	return 0;
}

int option__string(struct opts *o, const struct option_row *row, const char *value)
{
	*(const char **)((char *)o + row->field) = row->fixed ? row->fixed : value;
	return 0;
}

/* An empty one would be the group of all. */
int option__group(struct opts *o, const struct option_row *row, const char *value)
{
	if (!*value)
		return err("--%s: an empty name; give a %s", row->name, row->arg);
	return option__string(o, row, value);
}

/* value: as it was typed; NULL: none. */
static int choose_format(struct opts *o, const struct option_row *row, const char *value,
			 const char *format)
{
	const char letter[] = {(char)row->shorthand, '\0'};
	char *by = xasprintf("%s%s%s%s", *letter ? "-" : "--", *letter ? letter : row->name,
			     value ? " " : "", value ? value : "");
	int status = 0;

	if (o->format && strcmp(o->format, format) != 0)
		status = err("%s: %s is asked for already; give one of them", by, o->format_by);
	o->format = format;
	snprintf(o->format_by, sizeof(o->format_by), "%s", by);
	free(by);
	return status;
}

int option__format(struct opts *o, const struct option_row *row, const char *value)
{
	return choose_format(o, row, value, row->fixed ? row->fixed : value);
}

int option__uint(struct opts *o, const struct option_row *row, const char *value)
{
	unsigned long n, most = row->most ? row->most : 1u << 30;
	char *end, want[64];

	errno = 0;
	n = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || !n || n > most) {
		snprintf(want, sizeof(want), "a number from 1 to %lu", most);
		return option__bad(o, row, value, want);
	}
	*(unsigned int *)((char *)o + row->field) = n;
	return 0;
}

int option__pid(struct opts *o, const struct option_row *row, const char *value)
{
	if (o->npids && !(row->commands & CMD_PROFILE))
		return err("--%s %s: given twice; one process is looked at", row->name, value);
	if (option__uint(o, row, value))
		return -1;
	if (opts__name_pid(o, o->pid))
		return err("--%s %s: given twice; each process counts once", row->name, value);
	*ARR_PUSH(o->pids, o->npids) = o->pid;
	o->pid = o->pids[0];
	return 0;
}

int option__seconds(struct opts *o, const struct option_row *row, const char *value)
{
	char *end;
	double s = strtod(value, &end);
	const char *unit = *end ? strchr("smh", *end) : NULL;

	if (unit && !end[1]) {
		s *= *unit == 'h' ? 3600 : *unit == 'm' ? 60 : 1;
		end++;
	}
	if (end == value || *end || !(s > 0) || s > 1e6)
		return option__bad(o, row, value,
				   "a number of seconds above 0, up to 1000000 (or 5m, 1h)");
	*(double *)((char *)o + row->field) = s;
	return 0;
}

int option__percent(struct opts *o, const struct option_row *row, const char *value)
{
	char *end;
	double percent = strtod(value, &end);

	if (end == value || (*end && strcmp(end, "%")) || !(percent >= 0 && percent <= 100))
		return option__bad(o, row, value, "a percentage from 0 to 100");
	*(double *)((char *)o + row->field) = percent;
	return 0;
}

/* Words between commas, none of them empty. */
static bool is_list(const char *value)
{
	const size_t n = strlen(value);

	return n && *value != ',' && value[n - 1] != ',' && !strstr(value, ",,");
}

int option__sort(struct opts *o, const struct option_row *row, const char *value)
{
	char *copy, *save = NULL;
	int status = 0;

	if (!is_list(value))
		return option__bad(o, row, value, "a sort key, or several with commas between");
	copy = xstrdup(value);
	for (char *w = strtok_r(copy, ",", &save); w && !status; w = strtok_r(NULL, ",", &save)) {
		const char *key = sort_key__resolve(w);

		if (key)
			*ARR_PUSH(o->sort, o->nsort) = key;
		else
			status = err("-s %s: unknown or ambiguous sort key; one of %s", w,
				     sort_key__list());
	}
	free(copy);
	return status;
}

static int unknown_clock(const struct option_row *row, const char *word)
{
	char *all = NULL;

	for (const struct prof_clock *c = prof_clocks; c->name; c++)
		all = xlist(all, c->name);
	err("--%s %s: no clock has that name; one of %s", row->name, word, all);
	free(all);
	return -1;
}

static int add_clock(struct opts *o, const struct option_row *row, const char *word)
{
	const struct prof_clock *clock = prof_clock__find(word);

	if (!clock)
		return unknown_clock(row, word);
	for (size_t i = 0; i < o->nclocks; i++) {
		if (o->clocks[i] == clock)
			return err("--%s %s: given twice; name another clock", row->name, word);
	}
	*ARR_PUSH(o->clocks, o->nclocks) = clock;
	return 0;
}

int option__clock(struct opts *o, const struct option_row *row, const char *value)
{
	char *copy, *save = NULL;
	int status = 0;

	if (!is_list(value))
		return unknown_clock(row, value);
	copy = xstrdup(value);
	for (char *w = strtok_r(copy, ",", &save); w && !status; w = strtok_r(NULL, ",", &save))
		status = add_clock(o, row, w);
	free(copy);
	return status;
}

int option__bias(struct opts *o, const struct option_row *row, const char *value)
{
	char *end;

	o->bias = !strcmp(value, "auto")  ? BIAS_AUTO
		  : !strcmp(value, "off") ? BIAS_OFF
					  : BIAS_GIVEN;
	if (o->bias != BIAS_GIVEN)
		return 0;
	o->bias_ns = strtod(value, &end);
	if (end == value || *end || !(o->bias_ns >= 0 && o->bias_ns <= 1e6))
		return option__bad(o, row, value, "auto, off or a number of ns from 0 to 1000000");
	return 0;
}

int option__limit(struct opts *o, const struct option_row *row, const char *value)
{
	struct restriction r;
	char why[128];

	if (!restriction__parse(&r, value, why))
		return err("--%s %s: %s; give a count, a fraction or a regular expression",
			   row->name, value, why);
	*ARR_PUSH(o->restrictions, o->nrestrictions) = r;
	return 0;
}

int option__output(struct opts *o, const struct option_row *row, const char *value)
{
	bool is_stdout = !strcmp(value, "-") || !strcmp(value, "/dev/stdout");

	if (!*value)
		return err("--%s: an empty name; give a file, or - for stdout", row->name);
	for (size_t i = 0; i < o->ntargets; i++) {
		const char *path = o->targets[i].path;

		if (is_stdout ? !path : path && !strcmp(path, value))
			return err("--%s %s: given twice; name another file", row->name, value);
	}
	ARR_PUSH(o->targets, o->ntargets)->path = is_stdout ? NULL : value;
	return 0;
}

/* A regular expression, whatever it looks like. */
static int parse_regex(const struct option_row *row, const char *value, struct restriction *r)
{
	char why[128];

	if (restriction__regex(r, value, why))
		return 0;
	return err("--%s %s: %s; give a regular expression", row->name, value, why);
}

int option__only(struct opts *o, const struct option_row *row, const char *value)
{
	return parse_regex(row, value, ARR_PUSH(o->only, o->nonly));
}

int option__except(struct opts *o, const struct option_row *row, const char *value)
{
	return parse_regex(row, value, ARR_PUSH(o->except, o->nexcept));
}

int option__baseline(struct opts *o, const struct option_row *row, const char *value)
{
	(void)row;
	*ARR_PUSH(o->baselines, o->nbaselines) = value;
	return 0;
}

int option__fail_if(struct opts *o, const struct option_row *row, const char *value)
{
	struct threshold t;

	if (!threshold__parse(&t, value))
		return option__bad(o, row, value,
				   "FIGURE>+AMOUNT, of ncalls, tottime, cumtime or total, as in "
				   "'tottime>+10%' "
				   "or 'total>+5ms'");
	*ARR_PUSH(o->thresholds, o->nthresholds) = t;
	return 0;
}

static const struct {
	const char *word, *format;
} groups[] = {{"file", "by-file"},
	      {"package", "by-package"},
	      {"thread", "by-thread"},
	      {"process", "by-process"}};

char *option__groups(void)
{
	char *all = NULL;

	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		all = xlist(all, groups[i].word);
	return all;
}

int option__by(struct opts *o, const struct option_row *row, const char *value)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		if (!strcmp(groups[i].word, value))
			return choose_format(o, row, value, groups[i].format);
	}
	return option__bad(o, row, value, "file, package, thread or process");
}

int option__backend(struct opts *o, const struct option_row *row, const char *value)
{
	const char *asked = row->fixed ? row->fixed : value;

	if (!backend__is_name(asked))
		return option__bad(o, row, value, "a backend: " BACKEND_NAMES);
	if (o->backend_by && strcmp(o->backend_by, row->name) && strcmp(o->backend, asked))
		return err("--usdt: short for --backend=usdt, and another is asked for too; give "
			   "one of the two");
	o->backend_by = row->name;
	return option__string(o, row, value);
}

int option__no_builtins(struct opts *o, const struct option_row *row, const char *value)
{
	const bool folds = !strcmp(value, "fold");

	o->no_builtins = true;
	o->fold |= folds;
	return folds || !strcmp(value, "hide") ? 0 : option__bad(o, row, value, "hide or fold");
}

int option__builtins(struct opts *o, const struct option_row *row, const char *value)
{
	const bool all = value && !strcmp(value, "all"), needs = value && !strcmp(value, "require");

	o->builtins = true;
	o->all_callables |= all;
	o->needs_builtins |= needs;
	return !value || all || needs ? 0 : option__bad(o, row, value, "all, require, or no value");
}

int option__coroutines(struct opts *o, const struct option_row *row, const char *value)
{
	o->limits.coroutines = SESSION_COROUTINES;
	return value ? option__uint(o, row, value) : 0;
}
