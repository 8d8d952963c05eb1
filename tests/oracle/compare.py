# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""compare.py ORACLE.json BPFPROF.json FILE [LOSS]: zero difference, or a list and status 1.

Compared are the functions of FILE, of names that begin with "<wl:" (what workloads compile), and
every pair whose caller is one of them, whatever it calls.
"""
import json
import sys


def table(rows):
    """Sums by key; names longer than bpfprof keeps are cut on both sides."""
    out = {}
    for key, n, primitive in rows:
        cut = tuple(k[:1000] if isinstance(k, str) else k for k in key)
        a, b = out.get(cut, (0, 0))
        out[cut] = (a + n, b + primitive)
    return out


def main(oracle_path, profile_path, path, expected=""):
    def ours(file, name):
        return file == path or file.startswith("<wl:")

    with open(oracle_path) as f:
        oracle = json.load(f)
    with open(profile_path) as f:
        profile = json.load(f)
    want_funcs = table((k, n, p) for k, n, p in oracle["functions"] if ours(k[0], k[2]))
    want_pairs = table((a + b, n, p) for a, b, n, p in oracle["pairs"] if ours(a[0], a[2]))
    got_funcs = table(((f["file"], f["line"], f["name"]), f["ncalls"], f["primitive_calls"])
                      for f in profile["functions"] if ours(f["file"], f["name"]))
    got_pairs = table(((e["caller_file"], e["caller_line"], e["caller_name"],
                        e["callee_file"], e["callee_line"], e["callee_name"]),
                       e["ncalls"], e["primitive_calls"])
                      for e in profile["edges"] if ours(e["caller_file"], e["caller_name"]))
    bad = 0
    for what, want, got in (("function", want_funcs, got_funcs), ("pair", want_pairs, got_pairs)):
        for key in sorted(set(want) | set(got), key=str):
            if want.get(key) != got.get(key):
                bad += 1
                print(f"  {what} {key!r:.300}: in-process {want.get(key)}, bpfprof {got.get(key)}")
    if not want_funcs:
        print("  the oracle saw no function of", path)
    losses = ",".join(profile["losses"])
    if losses != expected:
        print("  losses:", profile["losses"], "expected:", expected)
    return 1 if bad or not want_funcs or losses != expected else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
