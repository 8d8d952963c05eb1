# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What --paths costs beyond the same run without: real programs, and ever more contexts."""
from statistics import median

from tools import Bpfprof, Target

CONTEXTS = (100, 1000, 10_000, 100_000)
ROOM = ["--max-functions", "4096", "--max-edges", "524288"]


def least(target, work, n, times):
    return min(target.run(work, n) for _ in range(times))


def beside(build, target, work, n, times, *more):
    """A run without --paths, then one with it, under the profiler."""
    both = []
    for paths in ([], ["--paths"]):
        with Bpfprof(build, target.pid, "inline", *paths, *more) as tool:
            both.append(least(target, work, n, times))
    return both, len(tool.report["paths"]["parent"])


def program(build, target, name, n, rounds):
    target.run(name, n)
    taken = [beside(build, target, name, n, 3) for _ in range(rounds)]
    ratios = [paths / plain for (plain, paths), _ in taken]
    print(f"  {name:9} x {median(ratios):5.3f} ({min(ratios):.2f} to {max(ratios):.2f}), {taken[0][1]} paths", flush=True)


def contexts(build, target, n, rounds):
    alone, plain, paths = [], [], []
    for _ in range(rounds):
        alone.append(least(target, "contexts", n, 3))
        (without, by_path), seen = beside(build, target, "contexts", n, 3, *ROOM)
        if seen < n:
            raise RuntimeError(f"{seen} paths for {n}")
        plain.append(without - alone[-1])
        paths.append(by_path - alone[-1])
    print(f"  {n:7,} contexts: {median(alone):5.1f} ns a call alone, inline adds {median(plain):5.1f}, with --paths {median(paths):5.1f}",
          flush=True)


def costs(build, command, programs, attempt, rounds):
    target = Target(command)
    print(" with --paths, real programs beside the same run without, both by inline:")
    for name, n in programs.items():
        attempt(name, program, build, target, name, n, rounds)
    print(" and a call, of ever more contexts:")
    for n in CONTEXTS:
        attempt(f"{n} contexts", contexts, build, target, n, rounds)
    target.close()
