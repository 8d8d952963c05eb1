/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What Profiler.track makes of a function: a callable that times it, binds as a method does, and
 * for everything it is asked and does not have itself asks the function. */
#include "python/py.h"

#include <stddef.h>

struct tracked {
	PyObject_HEAD vectorcall call;
	PyObject *func;
	const struct pyblock *block;
	PyObject *dict, *weak;
};

/* PyTypeObject.tp_vectorcall_offset; checked at start. Functions keep their vectorcall there. */
#define TYPE_VECTORCALL_OFFSET 56

static Py_ssize_t func_call; /* in a function; 0: not known */
static PyTypeObject *func_type;
static PyObject *bound_type; /* types.MethodType */

static inline Py_ssize_t vectorcall_offset(PyTypeObject *type)
{
	return *(const Py_ssize_t *)((const char *)type + TYPE_VECTORCALL_OFFSET);
}

/* For callables that are no functions: the arguments as a tuple and a dictionary. */
static PyObject *call_slowly(PyObject *func, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
	Py_ssize_t named = names ? PyTuple_Size(names) : 0;
	PyObject *tuple = PyTuple_New(n), *dict = named ? PyDict_New() : NULL, *result = NULL;
	int error = !tuple || (named && !dict);

	for (Py_ssize_t i = 0; !error && i < n; i++) {
		Py_INCREF(args[i]);
		PyTuple_SetItem(tuple, i, args[i]);
	}
	for (Py_ssize_t i = 0; !error && i < named; i++)
		error = PyDict_SetItem(dict, PyTuple_GetItem(names, i), args[n + i]);
	if (!error)
		result = PyObject_Call(func, tuple, dict);
	Py_XDECREF(tuple);
	Py_XDECREF(dict);
	return result;
}

static inline PyObject *call_func(PyObject *func, PyObject *const *args, size_t flags,
				  PyObject *names)
{
	if (__builtin_expect(Py_TYPE(func) == func_type && func_call, 1))
		return (*(vectorcall *)((char *)func + func_call))(func, args, flags, names);
	return call_slowly(func, args, VECTORCALL_NARGS(flags), names);
}

static PyObject *tracked_call(PyObject *self, PyObject *const *args, size_t flags, PyObject *names)
{
	struct tracked *t = (struct tracked *)self;
	const struct block *b = &t->block->recorded;
	struct activation a;
	PyObject *result;

	if (!block__is_on(b))
		return call_func(t->func, args, flags, names);
	record__begin(b, &a);
	result = call_func(t->func, args, flags, names);
	record__end(b, &a);
	return result;
}

static PyObject *tracked_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	PyObject *capsule, *func;
	struct tracked *t;
	void *block;

	(void)kwargs;
	if (!PyArg_ParseTuple(args, "OO", &capsule, &func))
		return NULL;
	block = PyCapsule_GetPointer(capsule, block_capsule);
	t = block ? (struct tracked *)PyType_GenericAlloc(type, 0) : NULL;
	if (!t)
		return NULL;
	t->call = tracked_call;
	t->block = block;
	t->func = func;
	Py_INCREF(func);
	return (PyObject *)t;
}

static PyObject *tracked_get(PyObject *self, PyObject *object, PyObject *type)
{
	(void)type;
	if (object && object != Py_None)
		return PyObject_CallFunctionObjArgs(bound_type, self, object, NULL);
	Py_INCREF(self);
	return self;
}

static PyObject *tracked_getattr(PyObject *self, PyObject *name)
{
	PyObject *got = PyObject_GenericGetAttr(self, name);

	if (got || !PyErr_ExceptionMatches(PyExc_AttributeError))
		return got;
	PyErr_Clear();
	return PyObject_GetAttr(((struct tracked *)self)->func, name);
}

static PyObject *tracked_repr(PyObject *self)
{
	return PyUnicode_FromFormat("<tracked %R>", ((struct tracked *)self)->func);
}

/* Pickled by name, as functions are. */
static PyObject *tracked_reduce(PyObject *self, PyObject *unused)
{
	(void)unused;
	return PyObject_GetAttrString(self, "__qualname__");
}

static PyObject *tracked_dict(PyObject *self, void *unused)
{
	struct tracked *t = (struct tracked *)self;

	(void)unused;
	if (!t->dict)
		t->dict = PyDict_New();
	Py_XINCREF(t->dict);
	return t->dict;
}

static int tracked_traverse(PyObject *self, visitproc visit, void *arg)
{
	struct tracked *t = (struct tracked *)self;

	Py_VISIT((PyObject *)Py_TYPE(self));
	Py_VISIT(t->func);
	Py_VISIT(t->dict);
	return 0;
}

static int tracked_clear(PyObject *self)
{
	Py_CLEAR(((struct tracked *)self)->dict);
	return 0;
}

static void tracked_dealloc(PyObject *self)
{
	struct tracked *t = (struct tracked *)self;
	PyTypeObject *type = Py_TYPE(self);

	PyObject_GC_UnTrack(self);
	if (t->weak)
		PyObject_ClearWeakRefs(self);
	Py_XDECREF(t->func);
	Py_XDECREF(t->dict);
	PyObject_GC_Del(self);
	Py_DECREF(type);
}

static PyMethodDef tracked_methods[] = {
	{"__reduce__", tracked_reduce, METH_NOARGS, NULL},
	{NULL, NULL, 0, NULL},
};

static PyMemberDef tracked_members[] = {
	{"__vectorcalloffset__", T_PYSSIZET, offsetof(struct tracked, call), READONLY, NULL},
	{"__dictoffset__", T_PYSSIZET, offsetof(struct tracked, dict), READONLY, NULL},
	{"__weaklistoffset__", T_PYSSIZET, offsetof(struct tracked, weak), READONLY, NULL},
	{NULL, 0, 0, 0, NULL},
};

static PyGetSetDef tracked_getset[] = {
	{"__dict__", tracked_dict, NULL, NULL, NULL},
	{NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot tracked_slots[] = {
	{Py_tp_new, tracked_new},
	{Py_tp_call, PyVectorcall_Call},
	{Py_tp_descr_get, tracked_get},
	{Py_tp_getattro, tracked_getattr},
	{Py_tp_setattro, PyObject_GenericSetAttr},
	{Py_tp_repr, tracked_repr},
	{Py_tp_traverse, tracked_traverse},
	{Py_tp_clear, tracked_clear},
	{Py_tp_dealloc, tracked_dealloc},
	{Py_tp_methods, tracked_methods},
	{Py_tp_members, tracked_members},
	{Py_tp_getset, tracked_getset},
	{0, NULL},
};

PyType_Spec tracked_spec = {
	.name = "bpfprof._core.Tracked",
	.basicsize = sizeof(struct tracked),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | FLAG_VECTORCALL | FLAG_METHOD_DESCRIPTOR,
	.slots = tracked_slots,
};

static PyObject *from_module(const char *module, const char *name)
{
	PyObject *m = PyImport_ImportModule(module);
	PyObject *got = m ? PyObject_GetAttrString(m, name) : NULL;

	Py_XDECREF(m);
	return got;
}

/* The offset in a type is believed if it is right for our own type. */
static int offset_is_right(void)
{
	PyObject *type = PyType_FromSpec(&tracked_spec);
	int right = type && vectorcall_offset((PyTypeObject *)type) ==
				    (Py_ssize_t)offsetof(struct tracked, call);

	Py_XDECREF(type);
	return right;
}

int tracked__open(void)
{
	func_type = (PyTypeObject *)from_module("types", "FunctionType");
	bound_type = from_module("types", "MethodType");
	if (!func_type || !bound_type)
		return -1;
	if (offset_is_right() && PyType_GetFlags(func_type) & FLAG_VECTORCALL)
		func_call = vectorcall_offset(func_type);
	return 0;
}
