/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an interpreter lets us do, judged when everything else of *in is known. Pure reading. */
#ifndef BPFPROF_VERDICTS_H
#define BPFPROF_VERDICTS_H

#include "cpython/interp.h"
#include "process/elf.h"

/* Whether the eval backend, and so inline, works there, or why not. e: the file of *in;
 * facts_known: whether eval_facts__read has found all that it looks for. */
enum eval_verdict eval_verdict__judge(struct elf *e, const struct interp *in, bool facts_known);
/* Whether the interpreter's own probes fire, or why not. */
enum usdt_verdict usdt_verdict__judge(struct elf *e, const struct interp *in);

#endif
