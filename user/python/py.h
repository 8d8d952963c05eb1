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

/* The state of a Profiler; outlives it, as its marks do. */
struct profiler {
	uint8_t live[BPFPROF_TRACKS]; /* what follows and the switch of all, multiplied out */
	uint8_t off[BPFPROF_TRACKS];
	uint32_t blocks[BPFPROF_TRACKS]; /* marks made on each track */
	int started;
	char *group;
	PyObject *marks; /* (track, name, file, line) -> address of the mark */
	struct profiler *next;
};

/* A mark as Python reads it. */
struct pymark {
	struct mark mark;
	PyObject *name, *file;
	uint32_t index; /* on its track, from 0 */
};

struct recorder {
	PyObject_HEAD struct profiler *state;
};

/* A `with` block, or what its call site keeps to be one again. */
struct block {
	PyObject_HEAD vectorcall call;
	const struct pymark *mark;
	struct activation activation;
};

/* recorder.c */
extern PyType_Spec recorder_spec;
extern const char mark_capsule[];
PyObject *recorder__set_global(PyObject *module, PyObject *on);
PyObject *recorder__is_global(PyObject *module, PyObject *unused);
struct profiler *recorder__state(PyObject *recorder);
const struct pymark *recorder__mark(struct profiler *p, long track, PyObject *name, PyObject *file,
				    long line);

/* block.c */
int block__open(PyObject *module);
PyObject *block__of(PyObject *recorder, PyObject *const *args, Py_ssize_t n, PyObject *names);

/* site.c */
uintptr_t site__instruction(void);
int site__frame(PyObject **code, PyObject **file, long *line);
PyObject *site__probe(PyObject *module, PyObject *code);
PyObject *site__trust(PyObject *module, PyObject *yes);

/* tracked.c */
extern PyType_Spec tracked_spec;
int tracked__open(void);
PyObject *tracked__new(PyTypeObject *type, PyObject *args, PyObject *kwargs);

/* resumed.c */
extern PyType_Spec resumed_spec;

/* snapshot.c */
PyObject *snapshot__take(PyObject *recorder, PyObject *unused);

#endif
