/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the eval backend needs to know of an interpreter's file. Pure reading. */
#ifndef BPFPROF_FACTS_H
#define BPFPROF_FACTS_H

#include "process/elf.h"
#include "cpython/interp.h"

/* False where a function is missing or does not look as it should. */
bool eval_facts__read(struct eval_facts *f, struct elf *e);

/* A build without the GIL (3.13 and later), whose objects are laid out otherwise. */
bool eval_facts__free_threaded(struct elf *e);

#endif
