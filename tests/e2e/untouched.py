# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""untouched.py PID FILE [ADDRESS]: a digest of all that a process has mapped of FILE (the end of a path) and
may not write, and of the 2 kB at ADDRESS: its code, its constants, its tables. It stays the same as long as
nobody changes them."""
import hashlib
import sys


def main(pid, name, address="0"):
    digest = hashlib.sha256()
    ranges = [(int(address, 16), 2048)] if int(address, 16) else []
    with open("/proc/%s/maps" % pid) as f:
        for line in f:
            bounds, rights, *_, path = line.split(maxsplit=5)
            if path.strip().endswith(name) and "w" not in rights:
                start, end = (int(x, 16) for x in bounds.split("-"))
                ranges.append((start, end - start))
    with open("/proc/%s/mem" % pid, "rb", 0) as f:
        for start, size in ranges:
            f.seek(start)
            while size > 0:
                part = f.read(min(size, 1 << 16))
                digest.update(part)
                size -= len(part)
    print(len(ranges), digest.hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
