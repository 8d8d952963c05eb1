# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""References, forks, the end of the process."""
import os
import subprocess
import sys
import threading
import traceback

import bpfprof
from bpfprof import Profiler
from support import hits, in_thread


def test_no_references_are_lost():
    profiler = Profiler()
    argument = object()
    tracked = profiler.track(0)(lambda *args, **kwargs: args)
    name = "".join(["fresh", " name"])
    for on in (True, False):
        bpfprof.set_global_enabled(on)
        for i in range(3000):
            if i == 1000:
                before = sys.getrefcount(argument), sys.getrefcount(name), sys.getrefcount(tracked)
            tracked(argument, key=argument)
            with profiler.block(0, name):
                pass
        after = sys.getrefcount(argument), sys.getrefcount(name), sys.getrefcount(tracked)
        assert before == after, (before, after)
    bpfprof.set_global_enabled(True)


def test_fork():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: 1)
    tracked()
    with profiler.block(1, "around"):
        pid = os.fork()
        if not pid:
            status = 1
            try:
                assert hits(profiler) == {} and "threads=0" in repr(profiler)
                tracked()
                in_thread(tracked)
                assert hits(profiler) == {(0, "t"): 2}
                assert len(profiler.get_all_thread_data()) == 2
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        assert os.waitpid(pid, 0)[1] == 0
    assert hits(profiler) == {(0, "t"): 1, (1, "around"): 1}


def test_fork_out_of_a_block():
    profiler = Profiler()
    pid = None
    with profiler.block(1, "around"):
        pid = os.fork()
    if not pid:
        os._exit(0 if hits(profiler) == {} else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert hits(profiler) == {(1, "around"): 1}


def test_fork_while_threads_record():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: 1)
    stop = threading.Event()

    def run():
        while not stop.is_set():
            tracked()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    pids = []
    for _ in range(20):
        pid = os.fork()
        if not pid:
            before = hits(profiler)
            for _ in range(100):
                tracked()
            os._exit(0 if (before, hits(profiler)) == ({}, {(0, "t"): 100}) else 1)
        pids.append(pid)
    stop.set()
    for thread in threads:
        thread.join()
    assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * 20


def test_blocks_open_at_exit():
    code = (
        "import bpfprof, threading, time, sys\n"
        "p = bpfprof.Profiler()\n"
        "def hang():\n"
        "    with p.block(0, 'daemon'):\n"
        "        ready.set(); time.sleep(60)\n"
        "ready = threading.Event()\n"
        "threading.Thread(target=hang, daemon=True).start()\n"
        "ready.wait()\n"
        "kept = p.block(1, 'kept'); kept.__enter__()\n"
        "g = p.track(2)(lambda: (yield))(); next(g)\n"
        "with p.block(3, 'exit'):\n"
        "    sys.exit(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b""), done
