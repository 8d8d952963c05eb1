#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What a killed bpfprof of another release has left, whose parts lie elsewhere, is not taken for ours.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

# of $pid what was left becomes another release's: where we have how much is mapped, it has 273 MiB
cat >"$work/other.py" <<'E2'
import sys
pid = sys.argv[1]
with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
    base, end = (int(x, 16) for x in next(line for line in maps if "/memfd:bpfprof-" in line).split()[0].split("-"))
with open(f"/proc/{pid}/mem", "r+b", buffering=0) as mem:
    mem.seek(base + 8)
    layout = int.from_bytes(mem.read(8), "little")
    mem.seek(base + 8)
    mem.write((layout ^ 1).to_bytes(8, "little"))
    for at in range(end - 4096, end, 8):
        mem.seek(at)
        size = int.from_bytes(mem.read(8), "little")
        if not size % 4096 and end - base <= size < 1 << 30:
            mem.seek(at)
            mem.write((0x11111000).to_bytes(8, "little"))
            break
E2

left() {
	selfcheck
	counting --backend="$backend" -p "$pid"
	kill -9 "$me"
	wait "$me" 2>/dev/null
	python3 "$work/other.py" "$pid"
	attached "$backend: what another release has left" ' function calls ' --backend="$backend" --bias off -d 0.2
	as_before "$backend: as it was"
	stop
}

python_use 3.11
each_backend left
