/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Profiler.block. Each call site keeps the context manager it was given last and has it again if
 * nobody else does, so that the usual `with` allocates nothing. For the same reason __enter__ and
 * __exit__ of a block are the block itself, called with no argument and with three: a method bound
 * anew each time costs more than all the accounting.
 */
#include "python/py.h"

#include <stddef.h>

struct site {
	uintptr_t instruction; /* 0: free */
	PyObject *name;
	struct profiler *profiler;
	long track;
	const struct pyblock *block;
	struct with_block *spare;
	PyObject *code; /* kept, so that the instruction's address is not used for another */
};

#define SITES (1u << 14)

static struct site sites[SITES];
static PyTypeObject *block_type, *method_type;
static PyObject *idle; /* the context manager of all that is off */

/* Only block() makes what Python times a block by. */
static PyObject *no_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	(void)type;
	(void)args;
	(void)kwargs;
	PyErr_SetString(PyExc_TypeError, "only Profiler.block makes blocks");
	return NULL;
}

/* --- a block -------------------------------------------------------------------------------------
 */

static PyObject *block_enter(struct with_block *b)
{
	if (RARE(b->activation.era)) {
		PyErr_SetString(PyExc_RuntimeError,
				"this block is open already; call block() for another");
		return NULL;
	}
	record__begin(&b->block->recorded, &b->activation);
	Py_RETURN_NONE;
}

static inline void block_end(struct with_block *b)
{
	if (b->activation.era)
		record__end(&b->block->recorded, &b->activation);
}

static PyObject *block_call(PyObject *self, PyObject *const *args, size_t flags, PyObject *names)
{
	Py_ssize_t n = VECTORCALL_NARGS(flags);

	(void)args;
	if (n == 3 && !names) {
		block_end((struct with_block *)self);
		Py_RETURN_NONE;
	}
	if (n == 0 && !names)
		return block_enter((struct with_block *)self);
	PyErr_SetString(PyExc_TypeError, "__enter__ takes no argument, __exit__ takes three");
	return NULL;
}

static void block_dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	/* dropped while open: it ends here, as a generator's `finally` would */
	block_end((struct with_block *)self);
	PyObject_Free(self);
	Py_DECREF(type);
}

static PyObject *block_repr(PyObject *self)
{
	const struct pyblock *block = ((struct with_block *)self)->block;

	return PyUnicode_FromFormat("<bpfprof block %R of track %u, %U:%u>", block->name,
				    block->recorded.named.track, block->file,
				    block->recorded.named.line);
}

static PyMemberDef block_members[] = {
	{"__vectorcalloffset__", T_PYSSIZET, offsetof(struct with_block, call), READONLY, NULL},
	{NULL, 0, 0, 0, NULL},
};

static PyType_Slot block_slots[] = {
	{Py_tp_new, no_new},
	{Py_tp_dealloc, block_dealloc},
	{Py_tp_repr, block_repr},
	{Py_tp_members, block_members},
	{Py_tp_call, PyVectorcall_Call},
	{0, NULL},
};

static PyType_Spec block_spec = {
	.name = "bpfprof._core.Block",
	.basicsize = sizeof(struct with_block),
	.flags = Py_TPFLAGS_DEFAULT | FLAG_VECTORCALL,
	.slots = block_slots,
};

static struct with_block *block_new(const struct pyblock *block)
{
	struct with_block *b = PyObject_New(struct with_block, block_type);

	if (!b)
		return NULL;
	b->call = block_call;
	b->block = block;
	b->activation.era = 0;
	return b;
}

/* --- __enter__ and __exit__ in the type
 * ------------------------------------------------------------
 */

struct method {
	PyObject_HEAD vectorcall call;
};

static PyObject *method_get(PyObject *self, PyObject *block, PyObject *type)
{
	PyObject *got = block && block != Py_None ? block : self;

	(void)type;
	Py_INCREF(got);
	return got;
}

/* The type's attribute called with a block, as contextlib.ExitStack does. */
static PyObject *method_call(PyObject *self, PyObject *const *args, size_t flags, PyObject *names)
{
	Py_ssize_t n = VECTORCALL_NARGS(flags);

	(void)self;
	if (n && Py_TYPE(args[0]) == block_type)
		return block_call(args[0], args + 1, (size_t)n - 1, names);
	PyErr_SetString(PyExc_TypeError, "the first argument must be a block");
	return NULL;
}

static void method_dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	PyObject_Free(self);
	Py_DECREF(type);
}

static PyMemberDef method_members[] = {
	{"__vectorcalloffset__", T_PYSSIZET, offsetof(struct method, call), READONLY, NULL},
	{NULL, 0, 0, 0, NULL},
};

static PyType_Slot method_slots[] = {
	{Py_tp_new, no_new},
	{Py_tp_descr_get, method_get},
	{Py_tp_call, PyVectorcall_Call},
	{Py_tp_members, method_members},
	{Py_tp_dealloc, method_dealloc},
	{0, NULL},
};

static PyType_Spec method_spec = {
	.name = "bpfprof._core.BlockMethod",
	.basicsize = sizeof(struct method),
	.flags = Py_TPFLAGS_DEFAULT | FLAG_VECTORCALL,
	.slots = method_slots,
};

static PyObject *method_new(void)
{
	struct method *m = PyObject_New(struct method, method_type);

	if (m)
		m->call = method_call;
	return (PyObject *)m;
}

/* --- what is off ---------------------------------------------------------------------------------
 */

/* In the type's dictionary as a function and not as a method: looking up a builtin function there
 * binds nothing. */
static PyObject *idle_method(PyObject *module, PyObject *const *args, Py_ssize_t n)
{
	(void)module;
	(void)args;
	(void)n;
	Py_RETURN_NONE;
}

static PyMethodDef idle_def = {"idle", (PyCFunction)(void (*)(void))idle_method, METH_FASTCALL,
			       NULL};

static PyType_Slot idle_slots[] = {{0, NULL}};

static PyType_Spec idle_spec = {
	.name = "bpfprof._core.IdleBlock",
	.basicsize = sizeof(PyObject),
	.flags = Py_TPFLAGS_DEFAULT,
	.slots = idle_slots,
};

/* --- call sites ----------------------------------------------------------------------------------
 */

/* A call site has two places, next to each other. */
static inline struct site *site_at(uintptr_t instruction, PyObject *name)
{
	uint64_t mixed = (instruction ^ (uintptr_t)name << 7) * 0x9e3779b97f4a7c15ull;

	return &sites[(mixed >> 50) & ~1u];
}

static inline int site_is(const struct site *s, uintptr_t instruction, const struct profiler *p,
			  long track, PyObject *name)
{
	return s->instruction == instruction && s->name == name && s->profiler == p &&
	       s->track == track;
}

static PyObject *site_block(struct site *s)
{
	struct with_block *b = s->spare;

	/* of the count 32 bits: 3.14 has flags in the others */
	if (b && (uint32_t)Py_REFCNT((PyObject *)b) == 1) {
		block_end(b); /* where it was entered and dropped */
	} else {
		b = block_new(s->block);
		if (!b)
			return NULL;
		Py_XDECREF((PyObject *)s->spare);
		s->spare = b;
	}
	Py_INCREF((PyObject *)b);
	return (PyObject *)b;
}

/* The newest takes the first place, what was there the second, and what was there falls out. */
static struct site site_take(struct site *s, uintptr_t instruction, const struct pyblock *block,
			     PyObject *name, PyObject *code)
{
	struct site out = s[1];

	Py_INCREF(name);
	Py_INCREF(code);
	s[1] = s[0];
	s[0] = (struct site){.instruction = instruction,
			     .name = name,
			     .profiler = (struct profiler *)block->recorded.owner,
			     .track = block->recorded.named.track,
			     .block = block,
			     .code = code};
	return out;
}

static void site_drop(struct site *s)
{
	Py_XDECREF(s->name);
	Py_XDECREF((PyObject *)s->spare);
	Py_XDECREF(s->code);
}

static const struct pyblock *block_here(struct profiler *p, long track, PyObject *name,
					PyObject **code)
{
	const struct pyblock *block;
	PyObject *file;
	long line;

	if (site__frame(code, &file, &line))
		return NULL;
	block = recorder__block(p, track, name, file, line);
	Py_DECREF(file);
	return block;
}

static __attribute__((noinline)) PyObject *block_slow(struct profiler *p, long track,
						      PyObject *name_arg, uintptr_t instruction)
{
	PyObject *name = PyObject_Str(name_arg), *code = NULL, *b = NULL;
	const struct pyblock *block = name ? block_here(p, track, name, &code) : NULL;

	if (block && instruction && code && name == name_arg) {
		struct site *s = site_at(instruction, name);
		struct site out = site_take(s, instruction, block, name, code);

		b = site_block(s);
		site_drop(&out); /* last: code that runs at that may come here again */
	} else if (block) {
		b = (PyObject *)block_new(block);
	}
	Py_XDECREF(name);
	Py_XDECREF(code);
	return b;
}

static PyObject *block_for(struct profiler *p, long track, PyObject *name)
{
	const struct bpfprof_control *control = bpfprof_control_get();
	uintptr_t instruction;
	struct site *s;

	if (RARE(track < 0 || track >= BPFPROF_TRACKS)) {
		if (!PyErr_Occurred())
			PyErr_Format(PyExc_ValueError, "track %ld: tracks are 0 to %d", track,
				     BPFPROF_TRACKS - 1);
		return NULL;
	}
	if (!p->live[track] || control->off | control->track_off[track]) {
		Py_INCREF(idle);
		return idle;
	}
	instruction = site__instruction();
	s = site_at(instruction, name);
	if (RARE(!instruction))
		return block_slow(p, track, name, 0);
	if (__builtin_expect(site_is(s, instruction, p, track, name), 1))
		return site_block(s);
	if (site_is(s + 1, instruction, p, track, name))
		return site_block(s + 1);
	return block_slow(p, track, name, instruction);
}

/* The arguments by position, name or both. */
static int arguments(PyObject *const *args, Py_ssize_t n, PyObject *names, PyObject *got[2])
{
	static const char *const known[] = {"track_idx", "name"};
	Py_ssize_t extra = names ? PyTuple_Size(names) : 0;

	got[0] = n > 0 ? args[0] : NULL;
	got[1] = n > 1 ? args[1] : NULL;
	for (Py_ssize_t i = 0; i < extra; i++) {
		for (int k = 0; k < 2; k++) {
			if (!PyUnicode_CompareWithASCIIString(PyTuple_GetItem(names, i),
							      known[k]) &&
			    !got[k])
				got[k] = args[n + i];
		}
	}
	if (n + extra == 2 && got[0] && got[1])
		return 0;
	PyErr_SetString(PyExc_TypeError, "block() takes track_idx and name");
	return -1;
}

PyObject *block__of(PyObject *recorder, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
	struct profiler *p = recorder__state(recorder);
	PyObject *got[2];

	if (RARE(!p))
		return NULL;
	if (n == 2 && !names)
		return block_for(p, PyLong_AsLong(args[0]), args[1]);
	if (arguments(args, n, names, got))
		return NULL;
	return block_for(p, PyLong_AsLong(got[0]), got[1]);
}

/* Puts the same object into a type as __enter__ and __exit__. */
static int methods_set(PyTypeObject *type, PyObject *method)
{
	int error = !type || !method ||
		    PyObject_SetAttrString((PyObject *)type, "__enter__", method) ||
		    PyObject_SetAttrString((PyObject *)type, "__exit__", method);

	Py_XDECREF(method);
	return error;
}

int block__open(PyObject *module)
{
	PyTypeObject *idle_type = (PyTypeObject *)PyType_FromSpec(&idle_spec);

	(void)module;
	method_type = (PyTypeObject *)PyType_FromSpec(&method_spec);
	block_type = (PyTypeObject *)PyType_FromSpec(&block_spec);
	if (!method_type || methods_set(block_type, method_new()) ||
	    methods_set(idle_type, PyCFunction_NewEx(&idle_def, NULL, NULL)))
		return -1;
	idle = PyObject_CallObject((PyObject *)idle_type, NULL);
	return idle ? 0 : -1;
}
