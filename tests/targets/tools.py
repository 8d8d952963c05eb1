# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Does what it is told, a line each, and answers with a line: is a process whose C functions are counted."""
import ctypes
import os
import sys
import threading
import time

from_outside = sys.stdin.readline
monitoring = getattr(sys, "monitoring", None)
gate, begun, waiting = threading.Lock(), threading.Semaphore(0), []
appended = [0]


def work(n):
    for i in range(n):
        [].append(len(()))
    return "done"


def calls(n):
    for _ in range(n):
        again()
    return "done"


def again():
    pass


def profile_function():
    """Up to 3.11: whose C function is the thread's profile function."""
    get = ctypes.pythonapi.PyThreadState_Get
    get.restype = ctypes.c_void_p
    place = get() + (64 if sys.version_info >= (3, 11) else 56)
    function = ctypes.c_size_t.from_address(place).value
    known = ctypes.cast(ctypes.pythonapi.PyThreadState_Get, ctypes.c_void_p).value
    return "none" if not function else "python" if abs(function - known) < 1 << 26 else "bpfprof"


def tools():
    """The tools of sys.monitoring that are taken."""
    if sys.version_info < (3, 12):
        return profile_function()
    return " ".join("%d:%s" % (i, monitoring.get_tool(i)) for i in range(6) if monitoring.get_tool(i)) or "none"


def child():
    """What a forked child finds after its first calls."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        work(3)
        os.write(writer, tools().encode())
        os._exit(0)
    os.waitpid(pid, 0)
    return os.read(reader, 100).decode()


def take(n, first=3):
    """Takes the tools that nobody else would have."""
    for i in range(first, first + n):
        sys.monitoring.use_tool_id(i, "the program")
    return "taken"


def asked(x):
    print("more", flush=True)
    return int(from_outside())


def sort():
    """Sorts by what it is told meanwhile."""
    return sorted("ab", key=asked)


def nested(n):
    return sorted([n], key=lambda x: nested(n - 1) if n else asked(x))


def nest(n):
    """Asks beneath that many calls of sorted(), and where the answer is no number all of them are left."""
    try:
        return nested(n)
    except ValueError:
        return "raised"


def waits():
    """Until it is let go, in a C function."""
    begun.release()
    gate.acquire()
    gate.release()
    work(10)
    return "a".upper()


def crowd(n):
    """Threads that are in a C function."""
    gate.acquire()
    waiting[:] = [threading.Thread(target=waits) for _ in range(n)]
    for thread in waiting:
        thread.start()
    for _ in range(n):
        begun.acquire()
    return "waiting"


def let_go():
    gate.release()
    for thread in waiting:
        thread.join()
    return "gone"


def doze():
    for _ in range(10):
        time.sleep(0.002)
    return "awake"


def profile(on):
    """Sets a profile function of the program's own, or takes it away and says how often it was told of append."""
    def told(frame, event, arg):
        appended[0] += event == "c_call" and frame.f_code is work.__code__ and arg.__name__ == "append"
    sys.setprofile(told if on else None)
    return appended[0]


def forbid():
    """An audit hook that lets nobody watch."""
    def hook(event, args):
        if event.startswith("sys.monitoring"):
            raise RuntimeError("no watching")
    sys.addaudithook(hook)
    return "forbidden"


def forget_monitoring():
    del sys.monitoring
    return "forgotten"


def end():
    sys.exit()


def do(command, *args):
    return globals()[command](*map(int, args))


print("ready", flush=True)
while line := from_outside():
    print(do(*line.split()), flush=True)
