# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""compare.py WAY BACKEND INTERPRETER ORACLE.json BPFPROF.json FILE...: a case for each workload FILE, which passes at zero
difference, and one for the losses.

In a profile with call paths, calls by path are compared too. Compared are the functions of FILE, of names that begin with "<wl:" (what workloads compile), and
every pair whose caller is one of them, whatever it calls; in a file that counts for itself, the pairs
inside.
"""
import json
import os
import sys

from perturbed import unperturbed, unperturbed_paths

SHOWN = 20


def table(rows):
    """Sums by key; names longer than bpfprof keeps are cut on both sides. What was not called, as a frame
    that was open before and stayed so, has no row."""
    out = {}
    for key, n, primitive in rows:
        cut = tuple(k[:1000] if isinstance(k, str) else k for k in key)
        a, b = out.get(cut, (0, 0))
        out[cut] = (a + n, b + primitive)
    return {key: figures for key, figures in out.items() if figures != (0, 0)}


def differences(oracle, profile, path, backend):
    def ours(key):
        if path in oracle["themselves"]:
            return key[0::3] in ((path,), (path, path))
        return key[0] == path or key[2].startswith("<wl:") or key[0].startswith("<wl:")

    want = unperturbed(oracle, path, backend)
    got = ([((f["file"], f["line"], f["name"]), f["ncalls"], f["primitive_calls"])
            for f in profile["functions"]],
           [((e["caller_file"], e["caller_line"], e["caller_name"],
              e["callee_file"], e["callee_line"], e["callee_name"]), e["ncalls"], e["primitive_calls"])
            for e in profile["edges"]])
    found = []
    for what, theirs, mine in zip(("function", "pair"), want, got):
        a = table((k, *figures) for k, figures in theirs.items() if ours(k))
        b = table(row for row in mine if ours(row[0]))
        if not a:
            found.append("in-process, no %s of %s was seen" % (what, path))
        for key in sorted(set(a) | set(b), key=str):
            if a.get(key) != b.get(key):
                found.append(f"{what} {key!r:.300}: in-process {a.get(key)}, bpfprof {b.get(key)}")
    return found


def counts_by_path(paths, path, numbers):
    """Calls of FILE's functions by those of its functions that are open: what else is open depends on who counts.
    Paths have numbers, the same in both."""
    kept, counts, names = [], {}, {}
    for above, key, n in paths:
        at = kept[above] if above >= 0 else -1
        if key[0] == path or key[2].startswith("<wl:"):
            cut = tuple(k[:1000] if isinstance(k, str) else k for k in key)
            at = numbers.setdefault((at, cut), len(numbers))
            counts[at] = counts.get(at, 0) + n
            names[at] = cut
        kept.append(at)
    return {at: n for at, n in counts.items() if n}, names


def path_differences(oracle, profile, path):
    if path in oracle["themselves"]:
        return []
    keys = [(f["file"], f["line"], f["name"]) for f in profile["functions"]]
    columns = profile["paths"]
    mine = [(above, keys[func], n) for above, func, n in
            zip(columns["parent"], columns["function"], columns["ncalls"])]
    numbers = {}
    want, names = counts_by_path(unperturbed_paths(oracle, path), path, numbers)
    got, more = counts_by_path(mine, path, numbers)
    names.update(more)
    if not want:
        return ["in-process, no path of %s was seen" % path]
    return [f"path to {names[at]!r:.300}: in-process {want.get(at)}, bpfprof {got.get(at)}"
            for at in sorted(set(want) | set(got)) if want.get(at) != got.get(at)]


def case(name, found):
    print("not ok" if found else "ok", name, "- counts differ" if found else "")
    for line in found[:SHOWN]:
        print("#  ", line)
    if len(found) > SHOWN:
        print("#   and", len(found) - SHOWN, "more")
    return bool(found)


def main(way, backend, interpreter, oracle_path, profile_path, *paths):
    label = f"exact/{way} {backend} {interpreter}"
    with open(oracle_path) as f:
        oracle = json.load(f)
    with open(profile_path) as f:
        profile = json.load(f)
    names = [os.path.basename(path)[:-3] for path in paths]
    bad = [case(f"{label} {name}", differences(oracle, profile, path, backend)) for name, path in zip(names, paths)]
    if "paths" in profile:
        bad += [case(f"{label} {name}, by path", path_differences(oracle, profile, path))
                for name, path in zip(names, paths)]
    expected = ["name_cut"] if "names" in names else []  # the only loss that a workload is meant to cause
    # Of a switch that the kernel tells of to nobody, the reason is lost, with a number. Counts are not.
    found = [loss for loss in profile["losses"] if loss != "unsplit"]
    losses = [] if found == expected else [f"{profile['losses']}, not {expected}"]
    bad.append(case(f"{label} losses", losses))
    return any(bad)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
