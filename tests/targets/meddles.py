# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Does to its interpreter's dispatch table what another tool might, by lines of its input, and says done to each:

    at TABLE   that is its address; the answer names that of a page that leads where RETURN_VALUE does
    open       the table may be written
    in         RETURN_VALUE leads through that page to where it led
    out        it leads where it led before
    over       a file that may not be written is mapped over the table
    call       f is called a thousand times
    spin       f is called for ever
    run FILE   that program is run
"""
import ctypes
import mmap
import opcode
import os
import runpy
import struct
import sys
import tempfile

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
ours = ctypes.addressof(ctypes.c_char.from_buffer(page))
start, size, entry, before = 0, 0, None, 0


def f():
    pass


def lead_on():
    page[:14] = b"\xff\x25\0\0\0\0" + struct.pack("<Q", entry.value)  # jmp to where it leads


def at(table):
    global start, size, entry
    table = int(table, 16)
    start = table & -mmap.PAGESIZE
    size = (table + 2047 & -mmap.PAGESIZE) + mmap.PAGESIZE - start
    entry = ctypes.c_uint64.from_address(table + 8 * opcode.opmap["RETURN_VALUE"])
    lead_on()
    return "%x %x" % (ctypes.addressof(entry), ours)


def may_write():
    if libc.mprotect(ctypes.c_void_p(start), ctypes.c_size_t(size), mmap.PROT_READ | mmap.PROT_WRITE):
        sys.exit(os.strerror(ctypes.get_errno()))


def enter():
    global before
    before = entry.value
    lead_on()
    entry.value = ours


def leave():
    entry.value = before


def over():
    with tempfile.NamedTemporaryFile() as file:
        file.write(ctypes.string_at(start, size))
        file.flush()
        fd = os.open(file.name, os.O_RDONLY)
        if libc.mmap(start, size, mmap.PROT_READ, mmap.MAP_SHARED | 0x10, fd, 0) != start:  # MAP_FIXED
            sys.exit(os.strerror(ctypes.get_errno()))


def call():
    for _ in range(1000):
        f()


def spin():
    print("done", flush=True)
    while True:
        f()


def run(file):
    runpy.run_path(file, run_name="__main__")


doings = {"at": at, "open": may_write, "in": enter, "out": leave, "over": over, "call": call, "spin": spin, "run": run}
print("ready", flush=True)
for line in sys.stdin:
    word, *args = line.split()
    print("done", doings[word](*args), flush=True)
