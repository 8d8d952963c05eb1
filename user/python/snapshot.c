/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The figures of one Recorder as Python objects. */
#include "python/py.h"

struct taking {
	PyObject *list;
	int error;
};

static PyObject *buckets(const struct acc_block *b)
{
	PyObject *tuple = PyTuple_New(ACC_BLOCK_BUCKETS);

	for (unsigned int i = 0; tuple && i < ACC_BLOCK_BUCKETS; i++) {
		PyObject *n = PyLong_FromUnsignedLongLong(b->bucket[i]);

		if (!n) {
			Py_CLEAR(tuple);
			break;
		}
		PyTuple_SetItem(tuple, (Py_ssize_t)i, n);
	}
	return tuple;
}

static void take(const struct tally *s, void *ctx)
{
	struct taking *taking = ctx;
	const struct pyblock *b = (const struct pyblock *)s->block;
	PyObject *row;

	if (taking->error)
		return;
	row = Py_BuildValue("(IiIIOOIKKKKKN)", s->thread->serial, s->thread->tid,
			    b->recorded.named.track, b->index, b->name, b->file,
			    b->recorded.named.line, (unsigned long long)s->counts.hits,
			    (unsigned long long)s->total_ns, (unsigned long long)s->counts.min_ns,
			    (unsigned long long)s->counts.max_ns, (unsigned long long)s->own_ns,
			    buckets(&s->counts));
	taking->error = !row || PyList_Append(taking->list, row);
	Py_XDECREF(row);
}

/* [(thread's serial number, its kernel id, track, index, name, file, line, hits, total, min, max,
 *   own, buckets)] */
PyObject *snapshot__take(PyObject *recorder, PyObject *unused)
{
	const struct profiler *p = recorder__state(recorder);
	struct taking taking = {.list = p ? PyList_New(0) : NULL};

	(void)unused;
	if (!taking.list)
		return NULL;
	record__each(p, take, &taking);
	if (taking.error)
		Py_CLEAR(taking.list);
	return taking.list;
}
