/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A generator or coroutine each of whose resumptions is a block: what runs from one suspension to
 * the next is timed, and the waiting between is not. */
#include "python/py.h"

#include <stddef.h>

struct resumed {
	PyObject_HEAD const struct pyblock *block;
	PyObject *inner, *send;
};

/* Calls with the block open; what it raises passes through. */
static PyObject *timed(struct resumed *r, PyObject *callable, PyObject *args)
{
	const struct block *b = &r->block->recorded;
	struct activation a;
	PyObject *result;

	if (!block__is_on(b))
		return PyObject_CallObject(callable, args);
	record__begin(b, &a);
	result = PyObject_CallObject(callable, args);
	record__end(b, &a);
	return result;
}

static PyObject *resumed_send(PyObject *self, PyObject *value)
{
	struct resumed *r = (struct resumed *)self;
	PyObject *args = PyTuple_Pack(1, value), *result;

	result = args ? timed(r, r->send, args) : NULL;
	Py_XDECREF(args);
	return result;
}

static PyObject *resumed_next(PyObject *self)
{
	return resumed_send(self, Py_None);
}

static PyObject *by_name(PyObject *self, const char *name, PyObject *args)
{
	struct resumed *r = (struct resumed *)self;
	PyObject *callable = PyObject_GetAttrString(r->inner, name);
	PyObject *result = callable ? timed(r, callable, args) : NULL;

	Py_XDECREF(callable);
	return result;
}

static PyObject *resumed_throw(PyObject *self, PyObject *args)
{
	return by_name(self, "throw", args);
}

static PyObject *resumed_close(PyObject *self, PyObject *unused)
{
	(void)unused;
	return by_name(self, "close", NULL);
}

static PyObject *resumed_self(PyObject *self)
{
	Py_INCREF(self);
	return self;
}

static PyObject *resumed_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	PyObject *capsule, *inner, *send;
	struct resumed *r;
	void *block;

	(void)kwargs;
	if (!PyArg_ParseTuple(args, "OO", &capsule, &inner))
		return NULL;
	block = PyCapsule_GetPointer(capsule, block_capsule);
	send = block ? PyObject_GetAttrString(inner, "send") : NULL;
	r = send ? (struct resumed *)PyType_GenericAlloc(type, 0) : NULL;
	if (!r) {
		Py_XDECREF(send);
		return NULL;
	}
	r->block = block;
	r->inner = inner;
	r->send = send;
	Py_INCREF(inner);
	return (PyObject *)r;
}

static int resumed_traverse(PyObject *self, visitproc visit, void *arg)
{
	struct resumed *r = (struct resumed *)self;

	Py_VISIT((PyObject *)Py_TYPE(self));
	Py_VISIT(r->inner);
	Py_VISIT(r->send);
	return 0;
}

static void resumed_dealloc(PyObject *self)
{
	struct resumed *r = (struct resumed *)self;
	PyTypeObject *type = Py_TYPE(self);

	PyObject_GC_UnTrack(self);
	Py_XDECREF(r->send);
	Py_XDECREF(r->inner);
	PyObject_GC_Del(self);
	Py_DECREF(type);
}

static PyMethodDef resumed_methods[] = {
	{"send", resumed_send, METH_O, NULL},
	{"throw", resumed_throw, METH_VARARGS, NULL},
	{"close", resumed_close, METH_NOARGS, NULL},
	{NULL, NULL, 0, NULL},
};

static PyType_Slot resumed_slots[] = {
	{Py_tp_new, resumed_new},	  {Py_tp_iter, resumed_self},
	{Py_tp_iternext, resumed_next},	  {Py_am_await, resumed_self},
	{Py_tp_methods, resumed_methods}, {Py_tp_traverse, resumed_traverse},
	{Py_tp_dealloc, resumed_dealloc}, {0, NULL},
};

PyType_Spec resumed_spec = {
	.name = "bpfprof._core.Resumed",
	.basicsize = sizeof(struct resumed),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
	.slots = resumed_slots,
};
