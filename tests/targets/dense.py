# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Reserves all that is free within 2.1 GiB of the interpreter's code, as sanitizers and JITs do, but for pieces below
# 1 MiB; then throws into generators that have not begun.
import ctypes, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
PIECE, PROT_NONE, FAILED = 1 << 20, 0, 2 ** 64 - 1
FLAGS = 0x2 | 0x20 | 0x4000 | 0x100000 # private, anonymous, not reserved, where it says or not at all
def reserve(low, high):
    if libc.mmap(low, high - low, PROT_NONE, FLAGS, -1, 0) == FAILED and high - low > PIECE:
        middle = (low + high) // 2 // PIECE * PIECE
        reserve(low, middle)
        reserve(middle, high)
code = ctypes.cast(ctypes.pythonapi.PyTraceBack_Here, ctypes.c_void_p).value // PIECE * PIECE
reserve(max(code - 2200 * PIECE, PIECE), code + 2200 * PIECE)
def made():
    yield 1
def throws():
    try:
        made().throw(KeyError)
    except KeyError:
        pass
print("ready", flush=True)
while True:
    throws()
    time.sleep(.001)
