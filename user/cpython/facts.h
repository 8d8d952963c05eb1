/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the eval and inline backends need to know of an interpreter, read from its file. Nothing is
 * changed. */
#ifndef BPFPROF_FACTS_H
#define BPFPROF_FACTS_H

#include "process/elf.h"
#include "cpython/interp.h"

/* False where a function is missing or does not look as it should; what comes before the missing
 * one is filled in, the evaluator first. */
bool eval_facts__read(struct eval_facts *f, struct elf *e, uint16_t version);

/* Whether it is a build without the GIL (3.13 and later), whose objects are laid out otherwise. */
bool eval_facts__free_threaded(struct elf *e);

/* Whether a row of the version table is what the interpreter says of itself (3.13 and later; true
 * before). */
bool eval_facts__agree(const struct py_layout *l, struct elf *e);

#endif
