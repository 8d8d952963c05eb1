/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an interpreter lets us do, judged when everything else of *in is known. Pure reading. */
#ifndef BPFPROF_VERDICTS_H
#define BPFPROF_VERDICTS_H

#include "cpython/interp.h"
#include "process/elf.h"

/* facts_known: eval_facts__read found them all. */
enum eval_verdict eval_verdict__judge(struct elf *e, const struct interp *in, bool facts_known);
enum usdt_verdict usdt_verdict__judge(struct elf *e, const struct interp *in);

#endif
