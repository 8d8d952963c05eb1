/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the extension's files share. It is built against the limited API of 3.9, so that one build
 * serves 3.9 to 3.15; what it takes beyond that is declared here, and was exported with this
 * meaning by all of them.
 */
#ifndef BPFPROF_PY_H
#define BPFPROF_PY_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x03090000
#include <Python.h>
#include <structmember.h>

#include "python/record.h"

#ifndef METH_FASTCALL /* in the limited API from 3.10 on, at work since 3.7 */
#define METH_FASTCALL 0x0080
#endif
#define FLAG_VECTORCALL	       (1ul << 11) /* of types, as in 3.8 and since */
#define FLAG_METHOD_DESCRIPTOR (1ul << 17)
#define VECTORCALL_NARGS(n)    ((Py_ssize_t)((n) & ~(1ul << 63)))

typedef PyObject *(*vectorcall)(PyObject *, PyObject *const *, size_t, PyObject *);
PyAPI_FUNC(PyObject *) PyVectorcall_Call(PyObject *, PyObject *, PyObject *);

#define RARE(x) __builtin_expect(!!(x), 0)

/* The state of a Profiler; outlives it, as its blocks do. */
struct profiler {
	uint8_t live[BPFPROF_TRACKS]; /* what follows and the switch of all, multiplied out */
	uint8_t off[BPFPROF_TRACKS];
	uint32_t blocks[BPFPROF_TRACKS]; /* made on each track */
	int started;
	char *group;
	PyObject *by_site; /* (track, name, file, line) -> address of the block */
	struct profiler *next;
};

/* A block as Python reads it. */
struct pyblock {
	struct block recorded;
	PyObject *name, *file;
	uint32_t index; /* on its track, from 0 */
};

struct recorder {
	PyObject_HEAD struct profiler *state;
};

/* A `with` block, or what its call site keeps to be one again. */
struct with_block {
	PyObject_HEAD vectorcall call;
	const struct pyblock *block;
	struct activation activation;
};

/*
 * What Python calls returns a new reference, or NULL with an exception; what returns an int, 0, or
 * -1 with one. All of it is called with the GIL held.
 */

/* recorder.c: the type Recorder, and the switch of all profilers */
extern PyType_Spec recorder_spec;
extern const char block_capsule[];
PyObject *recorder__set_global(PyObject *module, PyObject *on);
PyObject *recorder__is_global(PyObject *module, PyObject *unused);
/* The state of a Recorder; NULL with an exception in a subclass that has not called __init__. */
struct profiler *recorder__state(PyObject *recorder);
/* The block of that call site, made at its first use; NULL with an exception. It is never freed. */
const struct pyblock *recorder__block(struct profiler *p, long track, PyObject *name,
				      PyObject *file, long line);

/* block.c: the types of blocks, and Profiler.block(track, name) */
int block__open(PyObject *module);
PyObject *block__of(PyObject *recorder, PyObject *const *args, Py_ssize_t n, PyObject *names);

/* site.c */
/* What tells the instruction that is calling from all others, while its code object lives; 0: not
 * known. */
uintptr_t site__instruction(void);
/* The code, the file and the line that are calling: new references. */
int site__frame(PyObject **code, PyObject **file, long *line);
/* How site__instruction is proven on an interpreter before it is used (site.c). */
PyObject *site__probe(PyObject *module, PyObject *code);
PyObject *site__trust(PyObject *module, PyObject *yes);

/* tracked.c: the type of what Profiler.track() returns */
extern PyType_Spec tracked_spec;
int tracked__open(void);

/* resumed.c: the type that a tracked generator or coroutine is resumed by */
extern PyType_Spec resumed_spec;

/* snapshot.c: all that was recorded so far, as a list of tuples */
PyObject *snapshot__take(PyObject *recorder, PyObject *unused);

#endif
