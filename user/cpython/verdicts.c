/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an interpreter lets us do, and the words for it. */
#include "cpython/verdicts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text, *advice;
} verdicts[] = {
	[USDT_FIRES] = {"function__entry and function__return fire for every call",
			"bpfprof --usdt"},
	[USDT_UNBALANCED] = {"function__entry and function__return fire; what generators leave "
			     "unbalanced (3.15) is settled by the interpreter's frames",
			     "bpfprof --usdt"},
	[USDT_NO_PROBES] =
		{"this build has no function probes (built without --with-dtrace)",
		 "use --backend=inline, or Debian's, Ubuntu's or Fedora's build of CPython 3.8 to "
		 "3.10 or 3.15"},
	[USDT_RETURN_ONLY] = {"CPython 3.11 fires function__return only, function__entry under "
			      "sys.setprofile alone",
			      "use --backend=inline"},
	[USDT_REMOVED] = {"CPython 3.12 to 3.14 have no function probes", "use --backend=inline"},
	[USDT_JIT] = {"the JIT is on (PYTHON_JIT), and calls of compiled code fire no probe",
		      "start the program with PYTHON_JIT=0"},
	[USDT_NO_PYTHON] = {"it is not a Python interpreter", "give the process that is"},
	[USDT_UNKNOWN] = {"this bpfprof does not know this version of CPython",
			  "see 'bpfprof probes'"},
};

const char *usdt_verdict__text(enum usdt_verdict v)
{
	return verdicts[v].text;
}

const char *usdt_verdict__advice(enum usdt_verdict v)
{
	return verdicts[v].advice;
}

static const struct {
	const char *text, *advice;
} eval_verdicts[] = {
	[EVAL_WORKS] = {"the evaluator's slot (PEP 523) can be set", "bpfprof"},
	[EVAL_UNKNOWN] = {"this bpfprof does not know this version of CPython",
			  "use CPython " PY_KNOWN},
	[EVAL_OTHER_LAYOUT] = {"its objects are laid out otherwise than its version says",
			       "use an unchanged CPython " PY_KNOWN "; report this build"},
	[EVAL_FREE_THREADED] = {"this build has no GIL, and its dispatch table is not certain",
				"use the default build of the same version"},
	[EVAL_NO_PYTHON] = {"it is not a Python interpreter", "give the process that is"},
	[EVAL_UNREADABLE] = {"the functions that read the evaluator's slot are missing from this "
			     "build, or compiled in an unknown way",
			     "use an optimised build that exports CPython's symbols"},
	[EVAL_JIT] = {"the JIT is on (PYTHON_JIT), and the dispatch table is not certain",
		      "start the program with PYTHON_JIT=0"},
};

const char *eval_verdict__text(enum eval_verdict v)
{
	return eval_verdicts[v].text;
}

const char *eval_verdict__advice(enum eval_verdict v)
{
	return eval_verdicts[v].advice;
}

/* --- judging -------------------------------------------------------------------------------------
 */

static bool environ_has_jit(pid_t pid)
{
	static const char name[] = "PYTHON_JIT=";
	char path[32], *var = NULL;
	size_t size = 0;
	bool on = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	f = pid ? fopen(path, "re") : NULL;
	while (f && getdelim(&var, &size, '\0', f) > 0) {
		if (!strncmp(var, name, sizeof(name) - 1))
			on = strcmp(var + sizeof(name) - 1, "0") && var[sizeof(name) - 1];
	}
	free(var);
	if (f)
		fclose(f);
	return on;
}

static bool has_jit(struct elf *e)
{
	size_t size;
	uint64_t addr;
	const void *rodata = elf__section(e, ".rodata", &size, &addr);

	return rodata && memmem(rodata, size, "PYTHON_JIT", 10);
}

/* 3.13 brought the JIT; its compiled traces pass probes and slots by. */
static bool jit_is_on(struct elf *e, const struct interp *in)
{
	return in->version >= 0x030d && environ_has_jit(in->pid) && has_jit(e);
}

enum eval_verdict eval_verdict__judge(struct elf *e, const struct interp *in, bool facts_known)
{
	if (!py_layout__find(in->version))
		return EVAL_UNKNOWN;
	if (!in->layout)
		return EVAL_OTHER_LAYOUT;
	if (in->layout->free_threaded)
		return EVAL_FREE_THREADED;
	if (!facts_known)
		return EVAL_UNREADABLE;
	return jit_is_on(e, in) ? EVAL_JIT : EVAL_WORKS;
}

enum usdt_verdict usdt_verdict__judge(struct elf *e, const struct interp *in)
{
	enum usdt_verdict by_version;

	if (!in->layout)
		return USDT_UNKNOWN;
	by_version = in->layout->usdt;
	if (by_version != USDT_FIRES && by_version != USDT_UNBALANCED)
		return by_version;
	if (!in->entry.n || !in->ret.n)
		return USDT_NO_PROBES;
	return jit_is_on(e, in) ? USDT_JIT : by_version;
}
