/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What changed between runs of one program: of each function, and how much of that may be noise. */
#ifndef BPFPROF_COMPARE_H
#define BPFPROF_COMPARE_H

#include "model/moves.h"
#include "model/profile.h"

enum figure { FIGURE_CALLS, FIGURE_OWN, FIGURE_CUM, FIGURES };

/* Means over the runs of each side; times in ns. */
struct change {
	const struct prof_func *func; /* of the runs after, or, where it is gone, before */
	bool is_new, is_gone;
	double before[FIGURES], after[FIGURES];
	double noise[FIGURES]; /* a difference up to that says nothing */
};

struct changes {
	struct change *v; /* sorted by what got worse: by own time, then by cumulative */
	size_t n;
	struct change total; /* of all functions together; no func, and no cumulative time */
	bool blind;	     /* noise cannot be told: one run on each side, and no errors stated */
	bool single;	     /* one run on each side: how much runs differ is not known */
	struct profile *all; /* the functions of both sides, without figures */
	struct profile *after; /* private: those of one */
	struct moves moves;    /* from before to after */
};

/*
 * A file is the same where its path is, or what is left of it where directories moved. A function
 * is the same where file, line and name are; else, where lines moved, where file and qualified name
 * are, those of one name in the order of their lines. Noise is what the errors of the profiles say
 * of a difference (model/noise.h), and, of several runs a side, what their spread says by Student's
 * t at 95 %. Each side has one profile or more, with their bias taken off.
 */
struct changes *changes__between(struct profile *const *before, size_t nbefore,
				 struct profile *const *after, size_t nafter);
/* The same of the functions that both sides have. Takes the others out of the profiles: they are
 * replaced by others. */
struct changes *changes__in_common(struct profile **before, size_t nbefore, struct profile **after,
				   size_t nafter);
void changes__free(struct changes *c); /* accepts NULL */

/* After less before; 0 where that is noise. */
double change__of(const struct change *c, enum figure figure);
/* Whether any figure changed. */
bool change__is_real(const struct change *c);

/* A time too short to be looked at: a thousandth of all, in ns. */
double changes__small(const struct changes *all);
/* Whether only its times changed, and by less than that. */
bool change__is_small(const struct change *c, double small);

/* "FIGURE>+AMOUNT" of --fail-if: how much worse is too much. */
struct threshold {
	const char *text;
	enum figure figure;
	bool of_total; /* of all functions together, not of each */
	bool percent;
	double amount; /* calls, ns or percent */
};

/* False: text is none. t keeps it. */
bool threshold__parse(struct threshold *t, const char *text);
/* The worst change beyond it and, in *n, how many; NULL: none. A new function has no percentage;
 * what was 0 and is not grew by more than any. Of a time no percentage counts that is less than
 * changes__small. */
const struct change *threshold__exceeded(const struct threshold *t, const struct changes *c,
					 size_t *n);

#endif
