/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Discovery: which file holds the Python interpreter of a process or of a command, which version
 * it is, and which of its probes will fire. Reads ELF files and /proc only; touches no process.
 */
#ifndef BPFPROF_INTERP_H
#define BPFPROF_INTERP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/elf.h"

/* What the eval backend needs of a CPython, read off the code of exported functions. Addresses are
 * those of the file; a process adds interp.bias. */
struct eval_facts {
	uint64_t evaluator;	   /* _PyEval_EvalFrameDefault */
	uint64_t evaluator_offset; /* in the file */
	uint64_t head;		   /* the pointer to the first interpreter state */
	uint64_t unicode_type;	   /* PyUnicode_Type */
	uint32_t interp_next;	   /* in an interpreter state: the next one */
	uint32_t interp_slot;	   /* in an interpreter state: the PEP 523 evaluator */
	uint32_t tstate_interp, tstate_id;
	uint32_t tstate_soft_limit; /* of the C stack; 0: none before 3.14 */
};

enum eval_verdict {
	EVAL_WORKS,
	EVAL_UNKNOWN,	    /* a version that this bpfprof does not know */
	EVAL_OTHER_LAYOUT,  /* what it says of its objects is not what its version has */
	EVAL_FREE_THREADED, /* built without the GIL */
	EVAL_UNREADABLE,    /* the functions do not look as they do elsewhere */
	EVAL_NO_PYTHON,	    /* the process is no interpreter */
	EVAL_JIT,	    /* the JIT is on: compiled code does not look at the slot */
};

enum usdt_verdict {
	USDT_FIRES,	 /* entry and return, balanced */
	USDT_UNBALANCED, /* both; creation, throw() and close() of generators break the pairs (3.15)
			  */
	USDT_NO_PROBES,	 /* built without --with-dtrace */
	USDT_RETURN_ONLY, /* CPython 3.11: entry fires only under sys.setprofile */
	USDT_REMOVED,	  /* CPython 3.12 to 3.14 have no function probes */
	USDT_JIT,	  /* the JIT is on: most calls fire nothing */
	USDT_NO_PYTHON,	  /* the process is no interpreter */
	USDT_UNKNOWN,	  /* a version that this bpfprof does not know */
};

/* Where CPython keeps what the probes need, by version and build; all in bytes. A row of numbers.
 */
struct py_layout {
	uint16_t version;      /* 0x0309 */
	uint8_t free_threaded; /* built without the GIL */
	uint8_t usdt;	       /* enum usdt_verdict of a build with probes and without the JIT */
#define ACC_OFFSET(name) uint16_t name;
#include "bpfprof/layout.def"
	uint8_t has_shims; /* a frame of the interpreter's own, whose code has first line 0 and one
			    * str for file and name, may stand between __init__ and its caller */
	uint8_t minds_stack; /* Python calls of Python take no C stack, but do with a slot set */
	uint8_t no_tstate;   /* the evaluator takes (frame, throwflag) and no thread state */
};

/* The versions that have rows, for messages, and the minor version of the newest, which is how many
 * columns the tables of instructions and of stated offsets have. */
#define PY_KNOWN  "3.8 to 3.15"
#define PY_NEWEST 15

/* The row of a build with the GIL; NULL: unknown version. */
const struct py_layout *py_layout__find(uint16_t version);
/* The row of a build without the GIL; NULL: unknown version, or it has the GIL always. */
const struct py_layout *py_layout__free_threaded(uint16_t version);

struct interp {
	pid_t pid;	 /* 0 for a file */
	int pidfd;	 /* of that process, whoever has its number later; 0 for a file */
	char *exe;	 /* path of the executable, as the process sees it */
	char *path;	 /* path of the file that holds the interpreter, as the process sees it */
	char *open_path; /* a path that opens that very file from here, also in another mount
			  * namespace or after deletion: /proc/PID/map_files/..., or the file */
	uint64_t map_start,
		map_offset; /* an executable mapping of it, and its file offset (pid != 0) */
	dev_t dev;	    /* open_path's, where it was looked at (pid != 0) */
	ino_t ino;
	uint16_t version;		/* 0x030f; 0: not known */
	char version_text[24];		/* "3.15.0" */
	const struct py_layout *layout; /* NULL: unknown version, or laid out otherwise */
	struct usdt_sites entry, ret;
	enum usdt_verdict usdt;
	uint64_t bias;	  /* added to addresses of the file (pid != 0) */
	uint64_t runtime; /* _PyRuntime, in the file; 0: no such symbol */
	struct eval_facts facts;
	enum eval_verdict eval;
};

/*
 * Fills *in from a live process. Returns 0; -ENOENT where no mapping of it is a CPython (yet);
 * another -errno with *why (static text) where it could not be looked at. Prints nothing.
 */
int interp__of_pid(struct interp *in, pid_t pid, const char **why);
/* Whether the process that was looked at has not ended yet: then its number was nobody else's. */
bool interp__is_there(const struct interp *in);
/* Whether that mapping of it is there yet, too. If not, it runs another program by now. */
bool interp__is_still(const struct interp *in);
/* Whether there is one in it, as far as it may be looked at. */
bool interp__is_in(pid_t pid);
/* Any other process: it has no interpreter, or none yet. */
void interp__none(struct interp *in, pid_t pid);
bool interp__is_python(const struct interp *in);
/* Whether the executable of a process needs a libpython, and so is one soon. */
bool interp__is_due(pid_t pid);
/* The same from an executable or libpython file; needs no privileges. A shared build's executable
 * holds no interpreter itself: its DT_NEEDED libpython is looked for next to it, by RUNPATH, and in
 * the system's library directories. */
int interp__of_file(struct interp *in, const char *path, const char **why);
void interp__close(struct interp *in); /* frees the members; fine on a zeroed one */

/* What the verdict means and what to do, in one line without a newline: "CPython 3.11 fires only
 * function__return; ...". */
const char *usdt_verdict__text(enum usdt_verdict v);
const char *usdt_verdict__advice(enum usdt_verdict v);
const char *eval_verdict__text(enum eval_verdict v);
const char *eval_verdict__advice(enum eval_verdict v);

#endif
