# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Where counting from inside changes what the program calls: what an unwatched run has more or less, to
the call. Each row: the first and the last version, the workload, caller, callee, difference, and why."""

ROWS = [
    ((3, 13, 1), (3, 99), "thrown", "close_unguarded", "unguarded", -150,
     "close() of a generator suspended outside any try runs no frame, except while sys.setprofile has "
     "the code instrumented; 3.13.0 still runs one in code that is hot, seen by slot and table alike"),
]


def callbacks_first(oracle, backend):
    """Up to 3.10, the interpreter calls a tool's callback for a call before it fires the probe of that call: to
    usdt, it is the caller of the function that calls the tool. Which calls these are, the workload says."""
    return oracle["moved"] if backend == "usdt" and oracle["version"] < [3, 11] else []


def rows_of(oracle, path):
    return [row[3:6] for row in ROWS
            if path.endswith("/%s.py" % row[2]) and row[0] <= tuple(oracle["version"]) <= row[1]]


def unperturbed_paths(oracle, path):
    """The oracle's call paths, [path of the caller, key, calls], as they are unwatched."""
    paths = [[above, key, n] for above, key, n in oracle["paths"]]
    for caller, callee, difference in rows_of(oracle, path):
        for row in paths:
            if row[1][0] == path and row[1][2] == callee and row[0] >= 0 and paths[row[0]][1][::2] == [path, caller]:
                row[2] += difference
    return paths


def unperturbed(oracle, path, backend):
    """The oracle's tables of functions and pairs, each {key: (calls, primitive)}, as they are unwatched."""
    functions = {tuple(k): (n, p) for k, n, p in oracle["functions"]}
    pairs = {tuple(a + b): (n, p) for a, b, n, p in oracle["pairs"]}
    for caller, callee, difference in rows_of(oracle, path):
        for table, names in (functions, [callee]), (pairs, [caller, callee]):
            for key in [k for k in table if k[0] == path and [*k[2::3]] == names]:
                table[key] = tuple(n + difference for n in table[key])
    for caller, callee, n in callbacks_first(oracle, backend):
        calls, primitive = pairs.get(tuple(caller + callee), (0, 0))
        pairs[tuple(caller + callee)] = calls + n, primitive + n
    return functions, pairs
