/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Recorder: the C half of a Profiler. Its switches and its blocks. */
#include "python/py.h"

#include <stdlib.h>
#include <string.h>

const char block_capsule[] = "bpfprof.block";

static struct profiler *profilers;
static int global_on = 1;

/* --- switches ------------------------------------------------------------------------------------
 */

static void switches_apply(struct profiler *p)
{
	for (int i = 0; i < BPFPROF_TRACKS; i++)
		p->live[i] = global_on && p->started && !p->off[i];
}

PyObject *recorder__set_global(PyObject *module, PyObject *on)
{
	int is = PyObject_IsTrue(on);

	(void)module;
	if (is < 0)
		return NULL;
	global_on = is;
	for (struct profiler *p = profilers; p; p = p->next)
		switches_apply(p);
	Py_RETURN_NONE;
}

PyObject *recorder__is_global(PyObject *module, PyObject *unused)
{
	(void)module;
	(void)unused;
	return PyBool_FromLong(global_on);
}

/* NULL and an exception in a subclass that has not called __init__. */
struct profiler *recorder__state(PyObject *self)
{
	struct profiler *p = ((struct recorder *)self)->state;

	if (RARE(!p))
		PyErr_SetString(PyExc_RuntimeError, "Profiler.__init__ was not called");
	return p;
}

static PyObject *set_started(PyObject *self, PyObject *on)
{
	struct profiler *p = recorder__state(self);
	int is = p ? PyObject_IsTrue(on) : -1;

	if (is < 0)
		return NULL;
	p->started = is;
	switches_apply(p);
	Py_RETURN_NONE;
}

static PyObject *is_started(PyObject *self, PyObject *unused)
{
	const struct profiler *p = recorder__state(self);

	(void)unused;
	return p ? PyBool_FromLong(p->started) : NULL;
}

static int track_ok(long track)
{
	if (track == -1 && PyErr_Occurred())
		return 0;
	if (track >= 0 && track < BPFPROF_TRACKS)
		return 1;
	PyErr_Format(PyExc_ValueError, "track %ld: tracks are 0 to %d", track, BPFPROF_TRACKS - 1);
	return 0;
}

static PyObject *set_track(PyObject *self, PyObject *args)
{
	struct profiler *p = recorder__state(self);
	int on;
	long track;

	if (!p || !PyArg_ParseTuple(args, "lp", &track, &on) || !track_ok(track))
		return NULL;
	p->off[track] = !on;
	switches_apply(p);
	Py_RETURN_NONE;
}

static PyObject *is_track(PyObject *self, PyObject *arg)
{
	const struct profiler *p = recorder__state(self);
	long track = p ? PyLong_AsLong(arg) : -1;

	if (!p || !track_ok(track))
		return NULL;
	return PyBool_FromLong(!p->off[track]);
}

/* --- names as C strings, for those who look from outside
 * ------------------------------------------
 */

/* UTF-8 that is never freed. Lone surrogates become \udcxx. */
static char *text_keep(PyObject *str)
{
	PyObject *bytes = PyUnicode_AsEncodedString(str, "utf-8", "backslashreplace");
	char *text = bytes ? strdup(PyBytes_AsString(bytes)) : NULL;

	if (bytes && !text)
		PyErr_NoMemory();
	Py_XDECREF(bytes);
	return text;
}

static PyObject *name_track(PyObject *self, PyObject *args)
{
	PyObject *name;
	char *text;
	long track;

	(void)self;
	if (!PyArg_ParseTuple(args, "lU", &track, &name) || !track_ok(track))
		return NULL;
	text = text_keep(name);
	if (!text)
		return NULL;
	bpfprof_track_name((uint32_t)track, text);
	Py_RETURN_NONE;
}

/* --- blocks --------------------------------------------------------------------------------------
 */

static struct pyblock *block_new(struct profiler *p, long track, PyObject *name, PyObject *file,
				 long line)
{
	struct pyblock *b = calloc(1, sizeof(*b));

	if (!b) {
		PyErr_NoMemory();
		return NULL;
	}
	b->recorded.named = (struct bpfprof_block){
		.track = (uint32_t)track,
		.line = (uint32_t)line,
		.name = text_keep(name),
		.file = text_keep(file),
		.group = p->group,
	};
	if (!b->recorded.named.name || !b->recorded.named.file)
		return NULL;
	b->recorded.live = &p->live[track];
	b->recorded.ident = record__ident();
	b->recorded.owner = p;
	b->index = p->blocks[track]++;
	b->name = name;
	b->file = file;
	Py_INCREF(name);
	Py_INCREF(file);
	return b;
}

static struct pyblock *block_add(struct profiler *p, PyObject *key, struct pyblock *b)
{
	PyObject *address = b ? PyLong_FromVoidPtr(b) : NULL;
	int error = address ? PyDict_SetItem(p->by_site, key, address) : -1;

	Py_XDECREF(address);
	return error ? NULL : b;
}

/* The block of this site, made if there was none; NULL and an exception where that is not to be. */
const struct pyblock *recorder__block(struct profiler *p, long track, PyObject *name,
				      PyObject *file, long line)
{
	PyObject *key, *found;
	struct pyblock *b = NULL;

	if (!track_ok(track))
		return NULL;
	key = Py_BuildValue("(lOOl)", track, name, file, line);
	found = key ? PyDict_GetItemWithError(p->by_site, key) : NULL;
	if (found)
		b = PyLong_AsVoidPtr(found);
	else if (key && !PyErr_Occurred())
		b = block_add(p, key, block_new(p, track, name, file, line));
	Py_XDECREF(key);
	return b;
}

static PyObject *block_of(PyObject *self, PyObject *args)
{
	struct profiler *p = recorder__state(self);
	PyObject *name, *file;
	const struct pyblock *b;
	long track, line;

	if (!p || !PyArg_ParseTuple(args, "lUUl", &track, &name, &file, &line))
		return NULL;
	b = recorder__block(p, track, name, file, line);
	return b ? PyCapsule_New((void *)b, block_capsule, NULL) : NULL;
}

static PyObject *clear(PyObject *self, PyObject *unused)
{
	const struct profiler *p = recorder__state(self);

	(void)unused;
	if (!p)
		return NULL;
	record__clear(p);
	Py_RETURN_NONE;
}

/* --- the type ------------------------------------------------------------------------------------
 */

static struct profiler *profiler_new(PyObject *name)
{
	struct profiler *p = calloc(1, sizeof(*p));

	if (!p) {
		PyErr_NoMemory();
		return NULL;
	}
	p->group = text_keep(name);
	p->by_site = PyDict_New();
	if (!p->group || !p->by_site)
		return NULL;
	p->started = 1;
	p->next = profilers;
	profilers = p;
	switches_apply(p);
	return p;
}

static int recorder_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
	static char *names[] = {"name", NULL};
	struct recorder *r = (struct recorder *)self;
	PyObject *name;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U", names, &name))
		return -1;
	if (r->state)
		return 0;
	r->state = profiler_new(name);
	return r->state ? 0 : -1;
}

static void recorder_dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
	Py_DECREF(type);
}

static PyMethodDef recorder_methods[] = {
	{"block", (PyCFunction)(void (*)(void))block__of, METH_FASTCALL | METH_KEYWORDS,
	 "block($self, track_idx, name)\n--\n\n"
	 "A context manager that times its body as block `name` of the track. The block is known "
	 "by "
	 "its track, name, file and line. Whether it is on is settled by this call."},
	{"_block", block_of, METH_VARARGS, NULL},
	{"_set_started", set_started, METH_O, NULL},
	{"_is_started", is_started, METH_NOARGS, NULL},
	{"_set_track", set_track, METH_VARARGS, NULL},
	{"_is_track", is_track, METH_O, NULL},
	{"_name_track", name_track, METH_VARARGS, NULL},
	{"_snapshot", snapshot__take, METH_NOARGS, NULL},
	{"_clear", clear, METH_NOARGS, NULL},
	{NULL, NULL, 0, NULL},
};

static PyType_Slot recorder_slots[] = {
	{Py_tp_init, recorder_init},
	{Py_tp_dealloc, recorder_dealloc},
	{Py_tp_methods, recorder_methods},
	{0, NULL},
};

PyType_Spec recorder_spec = {
	.name = "bpfprof._core.Recorder",
	.basicsize = sizeof(struct recorder),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
	.slots = recorder_slots,
};
