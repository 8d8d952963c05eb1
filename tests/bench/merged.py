# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How report merges many profiles: time for each, and memory, which is not to grow with their number."""
import json
import os
import random
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
from made import profile  # noqa: E402

FUNCTIONS, EDGES, FILES = 5000, 8000, 20
MANY = {"json": (50, 200), "prof": (100, 1000)}  # or as many as MERGED= has, of each kind
MANY = {kind: [int(n) for n in os.environ.get("MERGED", " ".join(map(str, some))).split()] for kind, some in MANY.items()}


def made(folder, seed):
    """Profiles of one program: most functions are in all of them."""
    rng = random.Random(seed)
    rows = [(f"/app/module{i // 50}.py", i % 50 * 9 + 1, f"function_{i}", n := rng.randrange(1, 1000), n, n * 100, n * 200)
            for i in range(FUNCTIONS) if rng.random() < 0.9]
    pairs = [(rng.randrange(len(rows)), rng.randrange(len(rows)), n := rng.randrange(1, 1000), n, n * 100, n * 200)
             for _ in range(EDGES)]
    path = os.path.join(folder, f"{seed}.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(profile(rows, list({pair[:2]: pair for pair in pairs}.values())), f)
    return path


def merge(bpfprof, paths):
    """Seconds of processor time, and MB at the most."""
    p = subprocess.Popen([bpfprof, "report", "-n", "1", *paths], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(p.pid, 0)
    if status:
        raise RuntimeError(f"report ended with {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def merged(build, _rounds=1):
    bpfprof = os.path.join(build, "bpfprof")
    with tempfile.TemporaryDirectory() as folder:
        paths = [made(folder, seed) for seed in range(FILES)]
        print(f" profiles of {FUNCTIONS:,} functions merged by report:")
        for path in paths:
            subprocess.run([bpfprof, "report", path, "-o", path.replace(".json", ".prof")], check=True, stderr=subprocess.DEVNULL)
        for kind, n in ((kind, n) for kind, some in MANY.items() for n in some):
            seconds, mb = merge(bpfprof, [paths[i % FILES].replace("json", kind) for i in range(n)])
            print(f"  {n:6,} of .{kind}: {1000 * seconds / n:5.1f} ms each, {mb:.0f} MB at the most", flush=True)


if __name__ == "__main__":
    merged(sys.argv[1])
