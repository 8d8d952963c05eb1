# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A program that sets its evaluator while it runs: evaluators.py LIBRARY. By a line each on its input: set ours,
chain (ours, which calls what was there), default, back (what was there first), new (another
interpreter), or the name of a function here, to be called a thousand times. It says each when it is
done, with how often ours was called."""
import ctypes
import sys
import threading

tool = ctypes.CDLL(sys.argv[1])
api = ctypes.pythonapi
counted = ctypes.c_long.in_dll(tool, "counted")
before = ctypes.c_void_p.in_dll(tool, "before")


def interpreter():
    get = api.PyInterpreterState_Get
    get.restype = ctypes.c_void_p
    return ctypes.c_void_p(get())


def put(function):
    api._PyInterpreterState_SetEvalFrameFunc(interpreter(), function)


def found():
    get = api._PyInterpreterState_GetEvalFrameFunc
    get.restype = ctypes.c_void_p
    return get(interpreter())


def run():
    import _xxsubinterpreters
    _xxsubinterpreters.run_string(_xxsubinterpreters.create(), """
import time
def inner(): pass
while True:
    inner()
    time.sleep(0.001) # 3.9 takes the lock from no other interpreter
""")


def a(): pass
def b(): pass
def c(): pass
def d(): pass
def e(): pass


def do(word):
    if word == "set":
        put(tool.counting)
    elif word == "chain":
        before.value = found()
        put(tool.chaining)
    elif word == "default":
        put(api._PyEval_EvalFrameDefault)
    elif word == "back":
        put(before)
    elif word == "new":
        threading.Thread(target=run, daemon=True).start()
    else:
        for _ in range(1000):
            globals()[word]()


print("ready", flush=True)
for line in sys.stdin:
    do(line.strip())
    print(line.strip(), counted.value, flush=True)
