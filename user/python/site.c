/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which line of Python is calling. The official way builds a frame object and decodes a line table,
 * several hundred nanoseconds; so a call site is recognised by the address of the instruction that
 * runs, read where the interpreter keeps it, and asked for its line once. The places are a table of
 * numbers, used only after they were found true on this very interpreter (site__probe).
 */
#include "python/py.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

struct layout {
	int minor;
	uint16_t from;	 /* thread state: the frame, or what leads to it */
	uint16_t to;	 /* in the latter: the frame */
	uint16_t code;	 /* frame: code object; bits 0 to 2 may be tags */
	uint16_t at;	 /* frame: instruction */
	uint8_t through; /* `from` holds a pointer to another structure (3.11, 3.12) */
	uint8_t index;	 /* `at` is an int, counted within the code (3.9, 3.10) */
};

/* x86-64 builds with the GIL */
static const struct layout layouts[] = {
	{9, 24, 0, 32, 104, 0, 1}, {10, 24, 0, 32, 96, 0, 1}, {11, 56, 8, 32, 56, 1, 0},
	{12, 56, 0, 0, 56, 1, 0},  {13, 72, 0, 0, 56, 0, 0},  {14, 72, 0, 0, 56, 0, 0},
	{15, 72, 0, 0, 56, 0, 0},
};

static const struct layout *trusted, *candidate;

static inline uintptr_t word_at(uintptr_t p, uint16_t offset)
{
	return *(const uintptr_t *)(p + offset);
}

/* 0: not known. Equal only for the same instruction of the same code object, while that lives. */
uintptr_t site__instruction(void)
{
	const struct layout *l = trusted;
	uintptr_t frame;
	int index;

	if (RARE(!l))
		return 0;
	frame = word_at((uintptr_t)PyThreadState_Get(), l->from);
	if (l->through)
		frame = word_at(frame, l->to);
	if (RARE(!frame))
		return 0;
	if (!l->index)
		return word_at(frame, l->at);
	index = *(const int *)(frame + l->at);
	return index >= 0 && index < 1 << 16 ? word_at(frame, l->code) | (uintptr_t)index << 47 : 0;
}

/* --- finding out whether that is so --------------------------------------------------------------
 */

static uintptr_t safe_word(uintptr_t p, uint16_t offset)
{
	uintptr_t value = 0;
	struct iovec to = {&value, sizeof(value)}, from = {(void *)(p + offset), sizeof(value)};

	return p && process_vm_readv(getpid(), &to, 1, &from, 1, 0) == sizeof(value) ? value : 0;
}

static const struct layout *layout_of_this(void)
{
	const char *version = Py_GetVersion();
	int minor = strncmp(version, "3.", 2) ? 0 : atoi(version + 2);

	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
		if (layouts[i].minor == minor)
			return &layouts[i];
	}
	return NULL;
}

/* The caller's instruction if the frame found is of the code object given, which is the caller's;
 * else 0. Called several times from known places before the layout is trusted. */
PyObject *site__probe(PyObject *module, PyObject *code)
{
	const struct layout *l = candidate = layout_of_this();
	uintptr_t frame = l ? safe_word((uintptr_t)PyThreadState_Get(), l->from) : 0;
	uintptr_t at;

	(void)module;
	if (l && l->through)
		frame = safe_word(frame, l->to);
	if (!frame || (safe_word(frame, l->code) & ~7ul) != (uintptr_t)code)
		return PyLong_FromLong(0);
	at = safe_word(frame, l->at);
	return PyLong_FromUnsignedLong(l->index ? (uint32_t)at + 1ul : at);
}

PyObject *site__trust(PyObject *module, PyObject *yes)
{
	int is = PyObject_IsTrue(yes);

	(void)module;
	if (is < 0)
		return NULL;
	trusted = is ? candidate : NULL;
	Py_RETURN_NONE;
}

/* --- the official way ----------------------------------------------------------------------------
 */

/* The code, file and line that are calling: new references. Without a frame the file is "". */
int site__frame(PyObject **code, PyObject **file, long *line)
{
	PyObject *frame = (PyObject *)PyEval_GetFrame(), *at;

	*code = NULL;
	*line = 0;
	if (!frame) {
		*file = PyUnicode_FromString("");
		return *file ? 0 : -1;
	}
	at = PyObject_GetAttrString(frame, "f_lineno");
	*line = at && at != Py_None ? PyLong_AsLong(at) : 0;
	Py_XDECREF(at);
	*code = PyErr_Occurred() ? NULL : PyObject_GetAttrString(frame, "f_code");
	*file = *code ? PyObject_GetAttrString(*code, "co_filename") : NULL;
	if (*file)
		return 0;
	Py_CLEAR(*code);
	return -1;
}
