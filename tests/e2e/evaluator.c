/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Another tool that uses the slot: evaluators that count, to be set by ctypes. */
void *_PyEval_EvalFrameDefault(void *tstate, void *frame, int throwflag);
void *counting(void *tstate, void *frame, int throwflag);
void *chaining(void *tstate, void *frame, int throwflag);

long counted;
void *(*before)(void *tstate, void *frame, int throwflag);

void *counting(void *tstate, void *frame, int throwflag)
{
	counted++;
	return _PyEval_EvalFrameDefault(tstate, frame, throwflag);
}

void *chaining(void *tstate, void *frame, int throwflag)
{
	counted++;
	return before(tstate, frame, throwflag);
}
