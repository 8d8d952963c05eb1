/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Recorder: the C half of a Profiler. Its switches and its marks. */
#include "python/py.h"

#include <stdlib.h>
#include <string.h>

const char mark_capsule[] = "bpfprof.mark";

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

/* --- marks ---------------------------------------------------------------------------------------
 */

static struct pymark *mark_new(struct profiler *p, long track, PyObject *name, PyObject *file,
			       long line)
{
	struct pymark *m = calloc(1, sizeof(*m));

	if (!m) {
		PyErr_NoMemory();
		return NULL;
	}
	m->mark.block = (struct bpfprof_block){
		.track = (uint32_t)track,
		.line = (uint32_t)line,
		.name = text_keep(name),
		.file = text_keep(file),
		.group = p->group,
	};
	if (!m->mark.block.name || !m->mark.block.file)
		return NULL;
	m->mark.live = &p->live[track];
	m->mark.ident = record__ident();
	m->mark.owner = p;
	m->index = p->blocks[track]++;
	m->name = name;
	m->file = file;
	Py_INCREF(name);
	Py_INCREF(file);
	return m;
}

static struct pymark *mark_add(struct profiler *p, PyObject *key, struct pymark *m)
{
	PyObject *address = m ? PyLong_FromVoidPtr(m) : NULL;
	int error = address ? PyDict_SetItem(p->marks, key, address) : -1;

	Py_XDECREF(address);
	return error ? NULL : m;
}

/* The mark of this site, made if there was none; NULL and an exception where that is not to be. */
const struct pymark *recorder__mark(struct profiler *p, long track, PyObject *name, PyObject *file,
				    long line)
{
	PyObject *key, *found;
	struct pymark *m = NULL;

	if (!track_ok(track))
		return NULL;
	key = Py_BuildValue("(lOOl)", track, name, file, line);
	found = key ? PyDict_GetItemWithError(p->marks, key) : NULL;
	if (found)
		m = PyLong_AsVoidPtr(found);
	else if (key && !PyErr_Occurred())
		m = mark_add(p, key, mark_new(p, track, name, file, line));
	Py_XDECREF(key);
	return m;
}

static PyObject *mark_of(PyObject *self, PyObject *args)
{
	struct profiler *p = recorder__state(self);
	PyObject *name, *file;
	const struct pymark *m;
	long track, line;

	if (!p || !PyArg_ParseTuple(args, "lUUl", &track, &name, &file, &line))
		return NULL;
	m = recorder__mark(p, track, name, file, line);
	return m ? PyCapsule_New((void *)m, mark_capsule, NULL) : NULL;
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
	p->marks = PyDict_New();
	if (!p->group || !p->marks)
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
	{"_mark", mark_of, METH_VARARGS, NULL},
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
