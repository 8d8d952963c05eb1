# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""By orders on stdin: "spawn", a thread waits in vfork, for a program that cannot start before somebody writes to
the FIFO; "join", it has ended. Each order is a call of leaf. spawns.py FIFO"""
import ctypes
import os
import sys
import threading

libc = ctypes.CDLL(None)


def spawn():
    actions, pid = (ctypes.c_char * 256)(), ctypes.c_int()
    libc.posix_spawn_file_actions_init(actions)
    libc.posix_spawn_file_actions_addopen(actions, 0, sys.argv[1].encode(), os.O_RDONLY, 0)
    libc.posix_spawn(ctypes.byref(pid), b"/bin/true", actions, None, (ctypes.c_char_p * 2)(b"true", None), None)
    os.waitpid(pid.value, 0)


def leaf():
    pass


print("ready", flush=True)
for order in sys.stdin:
    if order == "spawn\n":
        spawning = threading.Thread(target=spawn)
        spawning.start()
    if order == "join\n":
        spawning.join()
    leaf()
    print("did", order, end="", flush=True)
