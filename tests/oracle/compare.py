# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""compare.py WAY BACKEND INTERPRETER ORACLE.json BPFPROF.json FILE...: a case for each workload FILE, which passes at zero
difference, and one for the losses.

Compared are the functions of FILE, of names that begin with "<wl:" (what workloads compile), and
every pair whose caller is one of them, whatever it calls; in a file that counts for itself, the pairs
inside.
"""
import json
import os
import sys

from perturbed import unperturbed

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


def case(name, found):
    print("not ok" if found else "ok", "exact", name, "- counts differ" if found else "")
    for line in found[:SHOWN]:
        print("#  ", line)
    if len(found) > SHOWN:
        print("#   and", len(found) - SHOWN, "more")
    return bool(found)


def main(way, backend, interpreter, oracle_path, profile_path, *paths):
    label = f"{way} {backend} {interpreter}"
    with open(oracle_path) as f:
        oracle = json.load(f)
    with open(profile_path) as f:
        profile = json.load(f)
    names = [os.path.basename(path)[:-3] for path in paths]
    bad = [case(f"{label} {name}", differences(oracle, profile, path, backend)) for name, path in zip(names, paths)]
    expected = ["name_cut"] if "names" in names else []  # the only loss that a workload is meant to cause
    losses = [] if list(profile["losses"]) == expected else [f"{profile['losses']}, not {expected}"]
    bad.append(case(f"{label} losses", losses))
    return any(bad)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
