# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Zero difference between the in-process count and bpfprof's, or a list and status 1.

    compare.py ORACLE.json BPFPROF.json FILE [LOSSES]
    compare.py ORACLE.json BPFPROF.json --file-prefix PATH [--losses A,B]

Compared are, and must be equal: the functions of FILE (or of all files that begin with PATH, or
with "<wl:", which is what workloads compile), the pairs whose caller is one of them whatever it
calls, and the pairs whose callee is one of them whoever calls it. Of every other function that the
oracle saw, bpfprof, which sees the whole process, must have at least as many calls.
"""
import argparse
import json
import sys

# How often these are called is for the scheduler to say: Thread.start waits on a Condition only if
# the new thread has not run yet.
UNSTEADY = ("/threading.py", "/_weakrefset.py", "/weakref.py")
KEPT = 4000  # bytes of a name that bpfprof keeps at the least; it cuts at 4095 or a little before


def cut(s):
    """A name as both sides have it: valid UTF-8, and no longer than what bpfprof keeps."""
    if not isinstance(s, str):
        return s
    s = s.encode("utf-8", "backslashreplace").replace(b"\0", b"\\x00")
    return s[:KEPT].decode("utf-8", "ignore")


def table(rows):
    """Sums by key, as several code objects can have one key."""
    out = {}
    for key, n, primitive in rows:
        key = tuple(cut(k) for k in key)
        a, b = out.get(key, (0, 0))
        out[key] = (a + n, b + primitive)
    return out


def read(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def profile_tables(profile):
    by_id = {f["id"]: (f["file"], f["line"], f["name"]) for f in profile["functions"]}

    def rows(items, key):
        return table((key(i), i["ncalls"], i["primitive_calls"]) for i in items)

    return (rows(profile["functions"], lambda f: by_id[f["id"]]),
            rows(profile["edges"], lambda e: by_id[e["caller"]] + by_id[e["callee"]]))


def differences(oracle, profile, ours):
    """Readable lines, one for each difference, and the number of functions compared."""
    want_funcs = table((tuple(k), n, p) for k, n, p in oracle["functions"])
    want_pairs = table((tuple(a) + tuple(b), n, p) for a, b, n, p in oracle["pairs"])
    got_funcs, got_pairs = profile_tables(profile)
    lines = []

    def differ(what, key):
        want, got = (t.get(key, (0, 0)) for t in what[1:])
        if want != got:
            lines.append(f"  {what[0]} {key!r:.300}: in-process {want}, bpfprof {got}")

    compared = [k for k in set(want_funcs) | set(got_funcs) if ours(k[0])]
    for key in sorted(compared, key=str):
        differ(("function", want_funcs, got_funcs), key)
    for key in sorted(set(want_pairs) | set(got_pairs), key=str):
        if ours(key[0]) or ours(key[3]):
            differ(("pair", want_pairs, got_pairs), key)
    for key, want in sorted(want_funcs.items(), key=str):
        got = got_funcs.get(key, (0, 0))
        if not ours(key[0]) and not key[0].endswith(UNSTEADY) and got[0] < want[0]:
            lines.append(f"  function {key!r:.300}: in-process {want}, bpfprof less: {got}")
    return lines, len(compared)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("oracle")
    parser.add_argument("profile")
    parser.add_argument("file", nargs="?")
    parser.add_argument("losses", nargs="?", default="")
    parser.add_argument("--file-prefix")
    parser.add_argument("--losses", dest="more_losses", default="")
    args = parser.parse_args()
    if (args.file is None) == (args.file_prefix is None):
        parser.error("give FILE or --file-prefix")

    def ours(file):
        if file.startswith("<wl:"):
            return True
        return file == args.file if args.file else file.startswith(args.file_prefix)

    profile = read(args.profile)
    lines, compared = differences(read(args.oracle), profile, ours)
    if not compared:
        lines.append(f"  no function of {args.file or args.file_prefix}")
    losses = ",".join(profile.get("losses", {}))
    expected = args.losses or args.more_losses
    if losses != expected:
        lines.append(f"  losses: {profile.get('losses')}, expected: {expected or 'none'}")
    print("\n".join(lines), end="\n" if lines else "")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
