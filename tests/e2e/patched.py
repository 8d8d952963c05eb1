# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Leads one instruction of the interpreter that runs it through a page of its own: patched.py TABLE
NUMBER NAME, the table's address, the instruction, and the name of the file behind the page ("": none).
Prints "ready" and waits for the end of its input."""
import ctypes
import mmap
import os
import struct
import sys

table, number, name = int(sys.argv[1], 16), int(sys.argv[2]), sys.argv[3]
file = os.memfd_create(name) if name else -1
if name:
    os.truncate(file, mmap.PAGESIZE)
page = mmap.mmap(file, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
libc = ctypes.CDLL(None, use_errno=True)
start = (table + 8 * number) & -mmap.PAGESIZE
if libc.mprotect(ctypes.c_void_p(start), mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_WRITE):
    sys.exit(os.strerror(ctypes.get_errno()))
entry = ctypes.c_uint64.from_address(table + 8 * number)
page[:14] = b"\xff\x25\0\0\0\0" + struct.pack("<Q", entry.value)  # jmp to where it led
entry.value = ctypes.addressof(ctypes.c_char.from_buffer(page))
print("ready", flush=True)
sys.stdin.read()
