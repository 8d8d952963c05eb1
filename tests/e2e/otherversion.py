# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""otherversion.py PYTHON COPY VERSION: a copy that says it is another version (Py_Version)."""
import re
import subprocess
import sys


def readelf(what, path):
    return subprocess.run(["readelf", "-W", what, path], capture_output=True, text=True,
                          check=True).stdout.splitlines()


def offset_of(path, symbol):
    address = next(int(line.split()[1], 16) for line in readelf("--dyn-syms", path)
                   if re.search(rf" {symbol}$", line))
    for line in readelf("-l", path):
        word = line.split()
        if word[:1] == ["LOAD"] and 0 <= address - int(word[2], 16) < int(word[4], 16):
            return address - int(word[2], 16) + int(word[1], 16)
    raise SystemExit(f"{symbol} is not in {path}")


def main(path, copy, version):
    with open(path, "rb") as f:
        data = bytearray(f.read())
    at = offset_of(path, "Py_Version")
    data[at:at + 4] = int(version, 16).to_bytes(4, "little")
    with open(copy, "wb") as f:
        f.write(data)


main(*sys.argv[1:])
