# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Prints where things are in the interpreter that runs it, "NAME NUMBER" a line, as Python and ctypes
know it; then "ready", and holds the GIL until it is killed. A second thread stands in the callback of a
profile function meanwhile."""
import ctypes
import sys
import threading

api = ctypes.pythonapi
api.PyThreadState_Get.restype = ctypes.c_void_p
api.PyUnicode_AsUTF8.restype = ctypes.c_void_p
api.PyUnicode_AsUTF8.argtypes = [ctypes.py_object]
keep = []


def say(name, number):
    print(name, number)


def again():
    pass


def before():
    pass


class Made:
    def __init__(self, turn):
        if turn == 199:  # often enough for the call to be specialised
            say("init_frame", id(sys._getframe()))
            finish()


def maker():
    say("maker_frame", id(sys._getframe()))
    for turn in range(200):
        Made(turn)


def generator():
    yield sys._getframe()


def in_thread(entered, never):
    def callback(frame, event, arg):
        entered.set()
        never.wait()

    say("other_tstate", api.PyThreadState_Get())
    sys.setprofile(callback)
    before()


def texts():
    plain, other = "".join(["pl", "ain"]), "".join([chr(233), chr(0x3b1)])
    keep.extend([plain, other])
    say("plain", id(plain))
    say("other", id(other))
    say("other_utf8", api.PyUnicode_AsUTF8(other))


def wait():
    frame, code = sys._getframe(), wait.__code__
    say("tstate", api.PyThreadState_Get())
    say("tcb", threading.get_ident())
    say("frame", id(frame))
    say("caller_frame", id(frame.f_back))
    say("code", id(code))
    say("type", id(type(code)))
    say("flags", code.co_flags)
    say("line", code.co_firstlineno)
    say("file", id(code.co_filename))
    say("name", id(code.co_name))
    say("qualname", id(getattr(code, "co_qualname", code.co_name)))
    say("again", id(again.__code__))
    say("texts", id(texts.__code__))
    pause = ctypes.PyDLL(None).pause
    print("ready", flush=True)  # from here on no frame is entered
    pause()


def finish():
    running = generator()
    keep.extend([running, next(running)])
    say("generator_frame", id(keep[-1]))
    texts()
    again()
    before()
    entered, never = threading.Event(), threading.Event()
    threading.Thread(target=in_thread, args=(entered, never), daemon=True).start()
    entered.wait()
    again()  # since the profile function is there, as texts() is not
    wait()


maker()
