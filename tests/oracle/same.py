# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""same.py A.json B.json...: profiles of one workload by different backends, function by function and
pair by pair, the interpreter's start included; differences and status 1 where they are not the same."""
import json
import sys


def counts(path):
    with open(path) as f:
        profile = json.load(f)
    rows = {}
    for f in profile["functions"]:
        rows[f["file"], f["line"], f["name"]] = f["ncalls"], f["primitive_calls"], f["child_calls"]
    for e in profile["edges"]:
        key = tuple(e[who + what] for who in ("caller_", "callee_") for what in ("file", "line", "name"))
        rows[key] = e["ncalls"], e["primitive_calls"], e["child_calls"]
    return rows


def main(first, *others):
    want, bad = counts(first), 0
    for other in others:
        got = counts(other)
        for key in sorted(set(want) | set(got), key=str):
            if want.get(key) != got.get(key):
                bad += 1
                print(f"  {key!r:.300}: {want.get(key)} in {first}, {got.get(key)} in {other}")
    return bool(bad or not want)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
