# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What programs seldom do: handlers that the interpreter calls between two instructions, frames that end
out of turn, and Python called by C that is on its way out. Code that is exchanged is exchanged.py."""
import atexit
import contextlib
import functools
import gc
import os
import re
import signal
import sys
import threading
import weakref

TURNS = 4
WARM = 1


def helper(*args):
    return 1


def fails(*args):
    raise ValueError(args)


# --- called by the interpreter between two instructions


def on_signal(number, frame):
    helper(number)


def on_signal_fails(number, frame):
    fails(number)


def signals():
    kept = signal.signal(signal.SIGUSR1, on_signal)
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, on_signal_fails)
    try:
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    except ValueError:
        helper()
    signal.signal(signal.SIGUSR1, kept)


class Dying:
    def __init__(self):
        self.me = self
        self.suspended = guarded(self)
        next(self.suspended)

    def __del__(self):
        helper(self)


class DyingBadly:
    def __del__(self):
        fails(self)


def guarded(*args):
    try:
        yield helper()
        yield helper()
    finally:
        helper()


def unraisable(args):
    helper(args)


def died(reference):
    helper(reference)


def collected():
    """In the cycle: __del__, a weak reference's callback, a finalizer, a suspended generator."""
    kept, sys.unraisablehook = sys.unraisablehook, unraisable
    gc.disable()
    for _ in range(3):
        dying = Dying()
        reference = weakref.ref(dying, died)
        weakref.finalize(dying, helper, 1)
        del dying
        gc.collect()
        DyingBadly()
    gc.enable()
    del reference
    sys.unraisablehook = kept


def at_exit():
    helper()


def exits():
    atexit.register(at_exit)
    atexit.register(functools.partial(helper, 1))
    atexit._run_exitfuncs()


# --- frames that end out of turn


def me():
    try:
        yield next(generators[0])
    except ValueError:
        yield 2


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield helper()


def stops():
    yield 1
    next(iter(()))


def out_of_turn():
    generators[:] = [me()]
    next(generators[0])  # which resumes itself
    generators[0].close()
    for make, end in ((stubborn, "close"), (stops, "__next__")):
        generators[:] = [make()]
        next(generators[0])
        try:
            getattr(generators[0], end)()
        except RuntimeError:
            helper()
        generators.clear()
    keeps_frames()


generators = []  # a tool's look at a frame would keep what is in a local variable


def holds(frames):
    frames.append(sys._getframe())
    frames.append(sys._getframe(1))
    fails()


def keeps_frames():
    """Frames that are looked at, held and cleared when they have ended, or are suspended."""
    frames = []
    try:
        holds(frames)
    except ValueError as error:
        frames.append(error.__traceback__.tb_next.tb_frame)
    frames[0].clear()
    frames[2].f_locals, frames[1].f_lineno
    suspended = guarded()
    next(suspended)
    if sys.version_info < (3, 13):
        suspended.gi_frame.clear()
    suspended.close()


def resumed_elsewhere():
    """A generator that begins on one thread, goes on on another, and ends on the first."""
    generator = guarded()
    next(generator)
    thread = threading.Thread(target=goes_on, args=(generator,))
    thread.start()
    thread.join()
    generator.close()


def goes_on(generator):
    next(generator)


# --- Python called by C that is on its way out


class Unequal:
    def __init__(self, deep):
        self.deep = deep

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return fails() if self.deep else False

    __lt__ = __eq__


class Overridden:
    def __getattribute__(self, name):
        return object.__getattribute__(self, name)


def deep_in_c(n):
    """A Python frame above C above a Python frame, until one fails."""
    return functools.reduce(lambda a, b: next(map(deep_in_c, [n - 1])) if n else fails(), [1, 2])


ATTEMPTS = (
    lambda: sorted([Unequal(False), Unequal(True), Unequal(True)]),
    lambda: {Unequal(True): 1, Unequal(False): 2, Unequal(True): 3},
    lambda: list(map(fails, range(3))),
    lambda: min([1, 2], key=fails),
    lambda: re.sub("b", fails, "abc"),
    lambda: re.sub("b", lambda match: str(helper(match)), "abcb"),
    lambda: next(filter(fails, [1]), None),
    lambda: deep_in_c(5),
    lambda: Overridden().lacking,
    lambda: type("Made", (), {"__set_name__": fails, "it": Unequal(True)}),
    lambda: eval("helper(1)", {"helper": fails}),
)


def attempts():
    for attempt in ATTEMPTS:
        with contextlib.suppress(ValueError, AttributeError):
            attempt()


# --- threads and processes


def thread_failed(args):
    helper(args)


def switched_often():
    """Two threads that take the GIL from each other at nearly every instruction; each ends by an exception."""
    kept, threading.excepthook = threading.excepthook, thread_failed
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=turns_and_fails) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(often)
    threading.excepthook = kept


def turns_and_fails():
    for _ in range(20):
        list(guarded())
    fails()


def forked():
    """The child's calls are not the parent's."""
    child = os.fork()
    if not child:
        for _ in range(3):
            helper()
        os._exit(0)
    os.waitpid(child, 0)


def forks_in_a_thread():
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


def processes():
    forked()
    thread = threading.Thread(target=forks_in_a_thread)
    thread.start()
    thread.join()


def executes():
    child = os.spawnv(os.P_WAIT, "/bin/true", ["true"])
    return helper(child)


def run():
    for _ in range(TURNS):
        for part in (signals, collected, exits, out_of_turn, resumed_elsewhere, attempts):
            part()
    switched_often()
    processes()
    executes()


if __name__ == "__main__":
    run()
