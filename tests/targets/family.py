# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Processes that start others, each of which calls functions of this file.

    family.py KIND [N]     with COUNT=DIR each counts its calls and its C functions' from inside,
                           and writes them there
    family.py work         what an exec'd child runs
"""
import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor

COUNTER = """
import json, sys, threading
calls = {}
def event(frame, what, arg):
    code = frame.f_code
    if code.co_filename != FILE or what not in ("call", "c_call"):
        return
    if what == "call":
        key = "%s:%d" % (code.co_name, code.co_firstlineno)
    else:
        key = "<built-in method %s.%s>" % (arg.__module__, arg.__name__)
    calls[key] = calls.get(key, 0) + 1
def dump():
    if calls:
        with open("%s/%d.json" % (DIR, os.getpid()), "w") as out:
            json.dump(calls, out)
os.register_at_fork(after_in_child=calls.clear)
threading.setprofile(event)
sys.setprofile(event)
"""
if "COUNT" in os.environ:
    space = {"FILE": __file__, "DIR": os.environ["COUNT"], "os": os}
    exec(compile(COUNTER, "<counter>", "exec"), space)
    dump = space["dump"]
else:
    dump = int


def leaf():
    pass


def steps(n):
    for i in range(n):
        leaf()
        yield i


def work(n):
    for _ in steps(100 + n):
        pass
    dump()
    return n


def inner():
    return os.fork()


def outer(n):
    """The child returns through these two, which are its parent's."""
    pid = inner()
    if not pid:
        work(n)
    return pid


def fork(n):
    for i in range(n):
        if not outer(i):
            os._exit(0)
    for _ in range(n):
        if os.wait()[1]:
            sys.exit("a child ended badly")


def threads(n):
    stop = threading.Event()
    others = [threading.Thread(target=stop.wait) for _ in range(3)]
    for t in others:
        t.start()
    forker = threading.Thread(target=fork, args=(n,))
    forker.start()
    forker.join()
    stop.set()
    for t in others:
        t.join()


def double(n):
    """The one in between ends at once; a pipe tells of the last one's end."""
    read, write = os.pipe()
    if not outer(n):
        os.close(read)
        if not outer(n + 1):
            os.close(write)
        dump()
        os._exit(0)
    os.close(write)
    os.wait()
    os.read(read, 1)


def pool(how, n):
    context = multiprocessing.get_context(how)
    with ProcessPoolExecutor(2, mp_context=context) as executor:
        list(executor.map(work, range(n)))
    with context.Pool(2) as processes:
        processes.map(work, range(n))
        processes.close()
        processes.join()


def execs(n):
    me = [sys.executable, __file__, "work"]
    for i in range(n):
        subprocess.run(me, check=True)
    subprocess.run(["/bin/sh", "-c", '"$0" "$1" "$2" | cat', *me], check=True)
    if not os.fork():
        os.execv(me[0], me)
    os.wait()


KINDS = {
    "work": lambda n: work(0),
    "fork": fork,
    "threads": threads,
    "double": double,
    "exec": execs,
    "pool-fork": lambda n: pool("fork", n),
    "pool-spawn": lambda n: pool("spawn", n),
    "pool-forkserver": lambda n: pool("forkserver", n),
}

if __name__ == "__main__":
    work(0)
    KINDS[sys.argv[1]](int(sys.argv[2]) if len(sys.argv) > 2 else 3)
    dump()
