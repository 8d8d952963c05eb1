# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Prints the instruction numbers of the interpreter that runs it, as it knows them itself: "NAME
NUMBER" of those that begin, end or catch in a frame, or are the JIT's form, and "unused NUMBER"; then
"ready", and waits for the end of its input."""
import opcode
import re
import sys

numbers = dict(opcode.opmap)
try:
    import _opcode_metadata
    numbers.update(_opcode_metadata._specialized_opmap)
except ImportError:
    # before 3.13 the specialised ones take the numbers that are free, in order
    free = (n for n in range(1, 256) if n not in opcode.opmap.values())
    numbers.update(zip(opcode._specialized_instructions, free))
    if sys.version_info < (3, 12):
        numbers["DO_TRACING"] = 255
TELLING = re.compile(r"(INSTRUMENTED_)?(RESUME.*|RETURN_VALUE|RETURN_CONST|YIELD_VALUE|END_ASYNC_FOR)"
                     r"|PUSH_EXC_INFO|CLEANUP_THROW|RERAISE|JUMP_BACKWARD_.*JIT"
                     r"|RETURN_GENERATOR" + (r"|JUMP_BACKWARD_NO_INTERRUPT" if sys.version_info < (3, 12) else ""))
for name, number in numbers.items():
    if TELLING.fullmatch(name):
        print(name, number)
for number in sorted(set(range(256)) - set(numbers.values())):
    print("unused", number)
print("ready", flush=True)
sys.stdin.read()
