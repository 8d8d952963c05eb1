# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The stack that each BPF program takes with the functions it calls, as kernels before 6.13 count it: each
function's is rounded up to 32 bytes, and a chain of calls may have 512, and 8 functions. stack.py OBJECT

The running kernel's verifier may be milder (from 6.13 on, a probe's functions have 512 each).
"""
import struct
import sys

LIMIT, GRAIN, DEEP = 512, 32, 8
LOAD_X, STORE, STORE_X, CLASS = 1, 2, 3, 7
CALL, MOVE, ADD, FRAME_POINTER = 0x85, 0xBF, 0x07, 10
PSEUDO_CALL, FUNCTION, SECTION, RELOCATIONS, SYMBOLS = 1, 2, 3, 9, 2


class Object:
    def __init__(self, path):
        self.bytes = open(path, "rb").read()
        table, = struct.unpack_from("<Q", self.bytes, 40)
        size, count, names = struct.unpack_from("<HHH", self.bytes, 58)
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", self.bytes, table + i * size) for i in range(count)]
        symbols = next(s for s in self.sections if s[1] == SYMBOLS)
        self.names = self.sections[symbols[6]][4]
        self.symbols = [struct.unpack_from("<IBBHQQ", self.bytes, symbols[4] + i) for i in range(0, symbols[5], 24)]
        self.relocations = {}
        for s in self.sections:
            if s[1] == RELOCATIONS:
                for at in range(s[4], s[4] + s[5], 16):
                    offset, info = struct.unpack_from("<QQ", self.bytes, at)
                    self.relocations[s[7], offset] = self.symbols[info >> 32]

    def name(self, symbol):
        at = self.names + symbol[0]
        return self.bytes[at:self.bytes.index(b"\0", at)].decode()

    def functions(self):
        """By section and offset: name, length in bytes."""
        return {(s[3], s[4]): (self.name(s), s[5]) for s in self.symbols if s[1] & 15 == FUNCTION}

    def instructions(self, section, start, length):
        for offset in range(start, start + length, 8):
            yield (offset,) + struct.unpack_from("<BBhi", self.bytes, self.sections[section][4] + offset)

    def called(self, section, offset, imm):
        symbol = self.relocations.get((section, offset))
        if not symbol:
            return section, offset + 8 * (imm + 1)
        return symbol[3], symbol[4] + (8 * (imm + 1) if symbol[1] & 15 == SECTION else 0)


def look_at(obj, section, start, length):
    """How deep one function's own stack is, and what it calls."""
    depth, calls, pointers = 0, set(), set()  # pointers: registers that are copies of the frame pointer
    for offset, code, registers, off, imm in obj.instructions(section, start, length):
        to, source = registers & 15, registers >> 4
        base = {STORE: to, STORE_X: to, LOAD_X: source}.get(code & CLASS)
        if base == FRAME_POINTER:
            depth = max(depth, -off)
        elif code == MOVE and source == FRAME_POINTER:
            pointers.add(to)
        elif code == ADD and to in pointers:
            depth = max(depth, -imm)
            pointers.discard(to)
        elif code == CALL and source == PSEUDO_CALL:
            calls.add(obj.called(section, offset, imm))
    return depth, calls


def deepest(facts, function):
    """The chain of calls that takes most: bytes, functions on it."""
    depth, calls = facts[function]
    chains = [deepest(facts, c) for c in calls if c != function]
    below = max(chains, key=lambda c: c[0], default=(0, []))
    return -(-max(depth, 1) // GRAIN) * GRAIN + below[0], [function] + below[1]


def main(path):
    obj = Object(path)
    functions = obj.functions()
    facts = {f: look_at(obj, *f, functions[f][1]) for f in functions}
    for f in facts:
        total, chain = deepest(facts, f)
        if total > LIMIT or len(chain) > DEEP:
            print("%d bytes by %d functions: %s" % (total, len(chain), " ".join(
                "%s:%d" % (functions[c][0], facts[c][0]) for c in chain)))


main(sys.argv[1])
