# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Functions made into tracked ones, by what a call of them gives."""

import functools
import inspect
import types

from bpfprof._core import Resumed, Tracked

_ITERABLE_COROUTINE = 0x100


def _generator(mark, func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return (yield from Resumed(mark, func(*args, **kwargs)))

    code = getattr(func, "__code__", None)
    if code is not None and code.co_flags & _ITERABLE_COROUTINE:
        return types.coroutine(wrapper)
    return wrapper


def _coroutine(mark, func):
    @functools.wraps(func)
    async def wrapper(*args, **kwargs):
        return await Resumed(mark, func(*args, **kwargs))

    return wrapper


def _async_generator(mark, func):
    @functools.wraps(func)
    async def wrapper(*args, **kwargs):
        inner = func(*args, **kwargs)
        step = inner.__anext__()
        while True:
            try:
                value = await Resumed(mark, step)
            except StopAsyncIteration:
                return
            try:
                step = inner.asend((yield value))
            except GeneratorExit:
                await Resumed(mark, inner.aclose())
                raise
            except BaseException as error:
                step = inner.athrow(error)

    return wrapper


def wrap(mark, func):
    """A callable like func whose running is the block of mark."""
    if inspect.isasyncgenfunction(func):
        return _async_generator(mark, func)
    if inspect.iscoroutinefunction(func):
        return _coroutine(mark, func)
    if inspect.isgeneratorfunction(func):
        return _generator(mark, func)
    return functools.update_wrapper(Tracked(mark, func), func)
