# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Puts itself behind a seccomp filter when it is told to, and counts on.

filters.py: one order a line, an answer each. "forbid N" kills the process for system call N from then on, made by
the thread that reads the orders; "count N" makes N calls of leaf and answers how many there were in all; "end 0" ends
it."""
import ctypes
import struct
import sys
import threading

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD_NUMBER, SKIP_UNLESS, ANSWER = 0x20, 0x15, 0x06
ALLOW, KILL_PROCESS = 0x7FFF0000, 0x80000000
libc = ctypes.CDLL(None, use_errno=True)


def leaf():
    pass


def count(n, made):
    for _ in range(n):
        leaf()
    return made + n


def forbid(number):
    code = b"".join(struct.pack("HBBI", *each) for each in (
        (LOAD_NUMBER, 0, 0, 0), (SKIP_UNLESS, 0, 1, number), (ANSWER, 0, 0, KILL_PROCESS), (ANSWER, 0, 0, ALLOW)))
    held = ctypes.create_string_buffer(code)
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(held)))
    assert not libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    assert not libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0), ctypes.get_errno()


def answers():
    made = 0
    print("ready", flush=True)
    for line in sys.stdin:
        order, n = line.split()
        if order == "count":
            made = count(int(n), made)
        elif order == "forbid":
            forbid(int(n))
        else:
            break
        print(f"leaf={made}", flush=True)


if sys.argv[1:] == ["apart"]:
    # The process's first thread is behind no filter, and busy.
    thread = threading.Thread(target=answers)
    thread.start()
    while thread.is_alive():
        pass
else:
    answers()
