# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Functions made into tracked ones, by what a call of them gives."""

import functools
import inspect
import types

from bpfprof._core import Resumed, Tracked

_ITERABLE_COROUTINE = 0x100


def _generator(block, func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return (yield from Resumed(block, func(*args, **kwargs)))

    code = getattr(func, "__code__", None)
    if code is not None and code.co_flags & _ITERABLE_COROUTINE:
        return types.coroutine(wrapper)
    return wrapper


def _coroutine(block, func):
    @functools.wraps(func)
    async def wrapper(*args, **kwargs):
        return await Resumed(block, func(*args, **kwargs))

    return wrapper


def _async_generator(block, func):
    @functools.wraps(func)
    async def wrapper(*args, **kwargs):
        inner = func(*args, **kwargs)
        step = inner.__anext__()
        while True:
            try:
                value = await Resumed(block, step)
            except StopAsyncIteration:
                return
            try:
                step = inner.asend((yield value))
            except GeneratorExit:
                await Resumed(block, inner.aclose())
                raise
            except BaseException as error:
                step = inner.athrow(error)

    return wrapper


def wrap(block, func):
    """A callable like func whose running is that block."""
    if inspect.isasyncgenfunction(func):
        return _async_generator(block, func)
    if inspect.iscoroutinefunction(func):
        return _coroutine(block, func)
    if inspect.isgeneratorfunction(func):
        return _generator(block, func)
    return functools.update_wrapper(Tracked(block, func), func)
