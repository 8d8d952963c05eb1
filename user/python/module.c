/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The extension module bpfprof._core. Its state is the process's: it loads in interpreters that
 * share the main one's GIL, which is what single-phase initialisation says. */
#include "python/py.h"

#include "bpfprof/version.h"
#include "python/clock.h"

static PyObject *lost(PyObject *module, PyObject *unused)
{
	(void)module;
	(void)unused;
	return PyLong_FromUnsignedLongLong(record__lost());
}

static PyMethodDef methods[] = {
	{"set_global_enabled", recorder__set_global, METH_O, NULL},
	{"is_global_enabled", recorder__is_global, METH_NOARGS, NULL},
	{"lost", lost, METH_NOARGS, NULL},
	{"probe", site__probe, METH_O, NULL},
	{"trust", site__trust, METH_O, NULL},
	{NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,
	.m_name = "bpfprof._core",
	.m_size = -1,
	.m_methods = methods,
};

static int add_types(PyObject *module)
{
	static const struct {
		const char *name;
		PyType_Spec *spec;
	} types[] = {
		{"Recorder", &recorder_spec},
		{"Tracked", &tracked_spec},
		{"Resumed", &resumed_spec},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		PyObject *type = PyType_FromSpec(types[i].spec);

		if (!type || PyModule_AddObject(module, types[i].name, type))
			return -1;
	}
	return 0;
}

PyMODINIT_FUNC PyInit__core(void);

PyMODINIT_FUNC PyInit__core(void)
{
	PyObject *module = PyModule_Create(&definition);

	clock__open();
	if (module && (add_types(module) || block__open(module) || tracked__open() ||
		       PyModule_AddStringConstant(module, "__version__", BPFPROF_VERSION)))
		Py_CLEAR(module);
	return module;
}
